import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Uses the broker that is named as Java programs do. */
class Clients {
  public static void main(String[] args) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      new TopicChecks(args[0], admin).run();
      new ProducerChecks(args[0], admin).run();
      new ConsumerChecks(args[0], admin).run();
      new GroupChecks(args[0], admin).run();
      new TransactionChecks(args[0], admin).run();
    }
  }
}
