import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Reads Avro data with Java's library and writes it again: a line of JSON in, one out. */
class Encode {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ObjectNode asked = (ObjectNode) json.readTree(line);
      Schema schema = new Schema.Parser().parse(asked.get("schema").asText());
      byte[] data = HexFormat.of().parseHex(asked.get("data").asText());
      Object value = new GenericDatumReader<Object>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(data, null));
      ObjectNode answer = json.createObjectNode();
      answer.put("text", schema.toString());
      answer.put("data", encoded(schema, value, false));
      answer.put("blocked", encoded(schema, value, true));
      System.out.println(json.writeValueAsString(answer));
    }
  }

  private static String encoded(Schema schema, Object value, boolean blocked) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderFactory factory = new EncoderFactory().configureBlockSize(64);
    BinaryEncoder encoder =
        blocked ? factory.blockingBinaryEncoder(out, null) : factory.binaryEncoder(out, null);
    new GenericDatumWriter<Object>(schema).write(value, encoder);
    encoder.flush();
    return HexFormat.of().formatHex(out.toByteArray());
  }
}
