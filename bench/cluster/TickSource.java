package org.millrace.bench;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** As {@code tick-source.ts}, for the Java worker. */
public class TickSource extends SourceConnector {
  private Map<String, String> props;

  @Override
  public void start(Map<String, String> given) {
    props = given;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return TickTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int tasksMax) {
    return List.of(props);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    ConfigDef.Importance high = ConfigDef.Importance.HIGH;
    return new ConfigDef()
        .define("name", ConfigDef.Type.STRING, high, "")
        .define("topic", ConfigDef.Type.STRING, high, "")
        .define("interval.ms", ConfigDef.Type.LONG, high, "");
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  /** A record at once, then one each interval. */
  public static class TickTask extends SourceTask {
    private String name;
    private String topic;
    private long intervalMs;
    private String start;
    private long ticks;
    private long dueMs;
    private boolean stopped;

    @Override
    public void start(Map<String, String> props) {
      name = props.get("name");
      topic = props.get("topic");
      intervalMs = Long.parseLong(props.get("interval.ms"));
      dueMs = System.currentTimeMillis();
      start = ProcessHandle.current().pid() + " " + dueMs;
    }

    @Override
    public synchronized List<SourceRecord> poll() throws InterruptedException {
      for (long waitMs; !stopped && (waitMs = dueMs - System.currentTimeMillis()) > 0; ) {
        wait(waitMs);
      }
      if (stopped) return null;
      long timestamp = System.currentTimeMillis();
      dueMs = Math.max(dueMs + intervalMs, timestamp);
      return List.of(
          new SourceRecord(
              Map.of("name", name), Map.of("ticks", ++ticks), topic, null, null, name, null, start,
              timestamp));
    }

    @Override
    public synchronized void stop() {
      stopped = true;
      notifyAll();
    }

    @Override
    public String version() {
      return "1.0.0";
    }
  }
}
