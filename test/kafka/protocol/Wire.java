import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.record.internal.*;

/** Answers each line of standard input with one line, through the classes of the Java client. */
public class Wire {
  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(answer(line.split(" ")));
    }
  }

  static String answer(String[] words) {
    try {
      return switch (words[0]) {
        case "message" -> message(words[1], Short.parseShort(words[2]), bytes(words, 3));
        case "write" -> hex(write(words[1]).buffer());
        case "read" -> read(bytes(words, 1));
        case "errors" -> errors();
        default -> throw new IllegalArgumentException(words[0]);
      };
    } catch (Exception error) {
      return error.toString().replace('\n', ' ');
    }
  }

  /** Decodes a message and encodes it again. */
  static String message(String name, short version, ByteBuffer bytes) throws Exception {
    String suffix = name.startsWith("ConsumerProtocol") ? "" : "Data";
    Message message = (Message) Class.forName("org.apache.kafka.common.message." + name + suffix)
        .getConstructor(Readable.class, short.class)
        .newInstance(new ByteBufferAccessor(bytes), version);
    if (bytes.hasRemaining()) return "left " + bytes.remaining();
    var cache = new ObjectSerializationCache();
    ByteBuffer encoded = ByteBuffer.allocate(message.size(cache, version));
    message.write(new ByteBufferAccessor(encoded), cache, version);
    return hex(encoded.flip());
  }

  static MemoryRecords write(String codec) {
    return MemoryRecords.withIdempotentRecords(
        RecordBatch.MAGIC_VALUE_V2, 100L, Compression.of(CompressionType.forName(codec)).build(),
        7L, (short) 3, 40, -1,
        new SimpleRecord(1_700_000_000_000L, "key".getBytes(), "value".getBytes()),
        new SimpleRecord(1_699_999_999_000L, (byte[]) null, null),
        new SimpleRecord(1_700_000_100_000L, new byte[0], "x".repeat(100_000).getBytes(),
            new Header[] {
              new RecordHeader("h", "1".getBytes()), new RecordHeader("ü", null)
            }));
  }

  static String read(ByteBuffer bytes) {
    var text = new StringBuilder();
    for (MutableRecordBatch batch : MemoryRecords.readableRecords(bytes).batches()) {
      batch.ensureValid();
      text.append(String.join(" ", batch.compressionType().name, "" + batch.producerId(),
          "" + batch.producerEpoch(), "" + batch.baseSequence(), "" + batch.isTransactional(),
          "" + batch.maxTimestamp()));
      for (var record : batch) {
        record.ensureValid();
        text.append("; ").append(record.offset()).append(' ').append(record.timestamp())
            .append(' ').append(hex(record.key())).append(' ').append(hex(record.value()));
        for (Header header : record.headers()) {
          byte[] value = header.value();
          text.append(' ').append(header.key()).append('=')
              .append(value == null ? "null" : HexFormat.of().formatHex(value));
        }
      }
    }
    return text.toString();
  }

  static String errors() {
    var text = new StringBuilder();
    for (Errors error : Errors.values()) {
      text.append(error.name()).append(' ').append(error.code()).append(' ')
          .append(error.exception() instanceof RetriableException).append(';');
    }
    return text.toString();
  }

  static ByteBuffer bytes(String[] words, int index) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(index < words.length ? words[index] : ""));
  }

  static String hex(ByteBuffer buffer) {
    if (buffer == null) return "null";
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
