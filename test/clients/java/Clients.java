import java.util.HashMap;
import org.apache.kafka.clients.admin.Admin;

/** Uses a broker as Java programs do: HOST:PORT, maybe after settings of its clients as KEY=VALUE. */
class Clients {
  public static void main(String[] args) {
    var settings = new HashMap<String, Object>();
    for (String argument : args) {
      int at = argument.indexOf('=');
      if (at < 0) settings.put("bootstrap.servers", argument);
      else settings.put(argument.substring(0, at), argument.substring(at + 1));
    }
    try (Admin admin = Admin.create(settings)) {
      new TopicChecks(settings, admin).run();
      new ProducerChecks(settings, admin).run();
      new ConsumerChecks(settings, admin).run();
      new GroupChecks(settings, admin).run();
      new TransactionChecks(settings, admin).run();
    }
  }
}
