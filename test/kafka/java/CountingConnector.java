package org.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;

/** What `test/integration/plugins/counting.ts` is, for workers of Apache Kafka. */
public class CountingConnector extends SourceConnector {
  private Map<String, String> props;

  @Override
  public void start(Map<String, String> props) {
    this.props = props;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return CountingTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int tasksMax) {
    try (var lines = Files.lines(Path.of(props.get("counters.file")))) {
      return lines.filter(line -> !line.isEmpty()).map(this::taskConfig).toList();
    } catch (IOException e) {
      throw new ConnectException(e);
    }
  }

  private Map<String, String> taskConfig(String counter) {
    var config = new HashMap<String, String>();
    config.put("topic", props.get("topic"));
    config.put("journal", props.get("journal"));
    config.put("counter", counter);
    return config;
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "")
        .define("counters.file", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "")
        .define("journal", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "");
  }

  @Override
  public String version() {
    return "1.0.0";
  }
}
