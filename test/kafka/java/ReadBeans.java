import com.sun.tools.attach.VirtualMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Prints the attributes of Kafka's MBeans in the Java process with the given id, one JSON object a line. */
public class ReadBeans {
  public static void main(String[] args) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(args[0]);
    String address = machine.startLocalManagementAgent();
    machine.detach();
    try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      for (ObjectName name : server.queryNames(new ObjectName("kafka.*:*"), null)) {
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
          Object value = server.getAttribute(name, attribute.getName());
          System.out.println(json(Map.of(
              "domain", quoted(name.getDomain()),
              "tags", json(tagsOf(name)),
              "attribute", quoted(attribute.getName()),
              "value", quoted(String.valueOf(value)))));
        }
      }
    }
  }

  private static Map<String, String> tagsOf(ObjectName name) {
    Map<String, String> tags = new TreeMap<>();
    name.getKeyPropertyList().forEach((tag, value) -> {
      tags.put(tag, quoted(value.startsWith("\"") ? ObjectName.unquote(value) : value));
    });
    return tags;
  }

  private static String json(Map<String, String> members) {
    List<String> texts = new ArrayList<>();
    members.forEach((name, value) -> texts.add(quoted(name) + ":" + value));
    return "{" + String.join(",", texts) + "}";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
