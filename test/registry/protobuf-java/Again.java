import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Reads messages with Java's library and writes them again, without fields that are not known: a
 * line of hexadecimal digits, or of Protobuf's text form behind "text ", is answered with one of
 * digits, or "refused".
 */
class Again {
  /** args: a set of file descriptors, the full name of a message in its last file. */
  public static void main(String[] args) throws Exception {
    Descriptor type = type(args[0], args[1]);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(answer(type, line));
    }
  }

  private static Descriptor type(String file, String name) throws Exception {
    Map<String, FileDescriptor> files = new HashMap<>();
    FileDescriptor last = null;
    try (FileInputStream in = new FileInputStream(file)) {
      for (FileDescriptorProto proto : FileDescriptorSet.parseFrom(in).getFileList()) {
        FileDescriptor[] imports =
            proto.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        last = FileDescriptor.buildFrom(proto, imports);
        files.put(proto.getName(), last);
      }
    }
    String local = last.getPackage().isEmpty() ? name : name.substring(last.getPackage().length() + 1);
    return last.findMessageTypeByName(local);
  }

  private static String answer(Descriptor type, String line) throws Exception {
    try {
      return HexFormat.of().formatHex(message(type, line).toByteArray());
    } catch (InvalidProtocolBufferException error) {
      return "refused";
    }
  }

  private static Message message(Descriptor type, String line) throws Exception {
    if (line.startsWith("text ")) {
      DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
      TextFormat.merge(line.substring(5), builder);
      return builder.build();
    }
    byte[] data = HexFormat.of().parseHex(line);
    DynamicMessage empty = DynamicMessage.getDefaultInstance(type);
    return DiscardUnknownFieldsParser.wrap(empty.getParserForType()).parseFrom(data);
  }
}
