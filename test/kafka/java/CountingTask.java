package org.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

public class CountingTask extends SourceTask {
  private Map<String, String> props;
  private String counter;
  private long next;

  @Override
  public void start(Map<String, String> props) {
    this.props = props;
    counter = props.get("counter");
    var offset = context.offsetStorageReader().offset(Map.of("counter", counter));
    next = offset == null ? 0 : (Long) offset.get("next");
    note("start " + counter + " " + next);
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    Thread.sleep(10);
    var records = new ArrayList<SourceRecord>();
    for (int i = 0; i < 5; i++) {
      var value = counter + " " + next++;
      records.add(new SourceRecord(Map.of("counter", counter), Map.of("next", next),
          props.get("topic"), Schema.STRING_SCHEMA, value));
    }
    return records;
  }

  @Override
  public void stop() {
    note("stop " + counter);
  }

  private void note(String line) {
    try {
      Files.writeString(Path.of(props.get("journal")), line + "\n",
          StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConnectException(e);
    }
  }

  @Override
  public String version() {
    return "1.0.0";
  }
}
