import java.util.*;
import java.util.stream.*;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.*;

/** Each task counts to `count`, twenty numbers at a time, and can do so exactly once. */
public class NumberSource extends SourceConnector {
  private Map<String, String> props;

  @Override public void start(Map<String, String> props) { this.props = props; }
  @Override public void stop() {}
  @Override public String version() { return "1"; }
  @Override public Class<? extends Task> taskClass() { return NumberTask.class; }

  @Override public ConfigDef config() {
    return new ConfigDef()
        .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "")
        .define("count", ConfigDef.Type.LONG, ConfigDef.Importance.HIGH, "");
  }

  @Override public List<Map<String, String>> taskConfigs(int maxTasks) {
    return IntStream.range(0, maxTasks).mapToObj(task -> {
      var config = new HashMap<>(props);
      config.put("task", "" + task);
      return (Map<String, String>) config;
    }).toList();
  }

  @Override public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  public static class NumberTask extends SourceTask {
    private Map<String, String> partition;
    private String topic;
    private long next;
    private long count;

    @Override public String version() { return "1"; }
    @Override public void stop() {}

    @Override public void start(Map<String, String> props) {
      partition = Map.of("task", props.get("task"));
      topic = props.get("topic");
      count = Long.parseLong(props.get("count"));
      var stored = context.offsetStorageReader().offset(partition);
      next = stored == null ? 0 : (Long) stored.get("next");
    }

    @Override public List<SourceRecord> poll() throws InterruptedException {
      Thread.sleep(20);
      if (next == count) return null;
      var records = new ArrayList<SourceRecord>();
      for (long end = Math.min(count, next + 20); next < end; ) {
        String value = partition.get("task") + ":" + next++;
        records.add(new SourceRecord(partition, Map.of("next", next), topic, Schema.STRING_SCHEMA, value));
      }
      return records;
    }
  }
}
