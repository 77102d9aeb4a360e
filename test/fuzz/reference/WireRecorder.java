import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.ConnectorStatus;
import org.apache.kafka.connect.runtime.RestartRequest;
import org.apache.kafka.connect.runtime.SessionKey;
import org.apache.kafka.connect.runtime.TargetState;
import org.apache.kafka.connect.runtime.TaskStatus;
import org.apache.kafka.connect.runtime.TopicStatus;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.runtime.distributed.ConnectProtocol;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.apache.kafka.connect.runtime.distributed.ExtendedAssignment;
import org.apache.kafka.connect.runtime.distributed.ExtendedWorkerState;
import org.apache.kafka.connect.runtime.distributed.IncrementalCooperativeConnectProtocol;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.storage.ClusterConfigState;
import org.apache.kafka.connect.storage.ConfigBackingStore;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.FileOffsetBackingStore;
import org.apache.kafka.connect.storage.KafkaConfigBackingStore;
import org.apache.kafka.connect.storage.KafkaOffsetBackingStore;
import org.apache.kafka.connect.storage.KafkaStatusBackingStore;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.storage.OffsetStorageReaderImpl;
import org.apache.kafka.connect.storage.OffsetStorageWriter;
import org.apache.kafka.connect.util.Callback;
import org.apache.kafka.connect.util.ConnectorTaskId;
import org.apache.kafka.connect.util.KafkaBasedLog;

/** As Recorder, for what workers write to and read from their group, internal topics and offset file. */
public class WireRecorder {
    static final ObjectMapper JSON =
        JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        for (String line; (line = in.readLine()) != null;) {
            ObjectNode vector = (ObjectNode) JSON.readTree(line);
            vector.set("expect", outcome(vector));
            out.println(JSON.writeValueAsString(vector));
        }
        out.flush();
    }

    static JsonNode outcome(ObjectNode vector) {
        try {
            return run(vector);
        } catch (Throwable e) {
            return JSON.createObjectNode().set("error", error(e));
        }
    }

    static ObjectNode error(Throwable given) {
        Throwable e = given instanceof InvocationTargetException ? given.getCause() : given;
        return JSON.createObjectNode().put("class", e.getClass().getName()).put("message", e.getMessage());
    }

    static JsonNode run(JsonNode c) throws Exception {
        switch (c.get("op").asText()) {
            case "group.decodeMetadata": return metadata(c);
            case "group.decodeAssignment": return assignment(c);
            case "group.encodeMetadata": return bytes(encodedMetadata(c));
            case "group.encodeAssignment": return bytes(encodedAssignment(c));
            case "group.metadataRequest": return metadataRequest(c);
            case "configTopic.read": return configTopic(c);
            case "configTopic.write": return configWrites(c);
            case "statusTopic.read": return statusTopic(c);
            case "statusTopic.write": return statusWrites(c);
            case "offsetTopic.read": return offsetTopic(c);
            case "offsetTopic.write": return offsetWrites(c);
            case "offsetFile.read": return offsetFileRead(c);
            case "offsetFile.write": return bytes(ByteBuffer.wrap(offsetFileWritten(c)));
            default: throw new IllegalStateException("unknown operation");
        }
    }

    // Group

    static ByteBuffer bytes(JsonNode c) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(c.get("bytes").asText()));
    }

    static JsonNode metadata(JsonNode c) {
        ObjectNode json = JSON.createObjectNode();
        if (c.get("protocol").asText().equals("default")) {
            ConnectProtocol.WorkerState state = ConnectProtocol.deserializeMetadata(bytes(c));
            return json.put("url", state.url()).put("offset", Long.toString(state.offset()));
        }
        ExtendedWorkerState state = IncrementalCooperativeConnectProtocol.deserializeMetadata(bytes(c));
        json.put("url", state.url()).put("offset", Long.toString(state.offset()));
        return json.set("assignment", extended(state.assignment()));
    }

    static JsonNode assignment(JsonNode c) {
        ObjectNode json = JSON.createObjectNode();
        if (c.get("protocol").asText().equals("default")) {
            ConnectProtocol.Assignment each = ConnectProtocol.deserializeAssignment(bytes(c));
            return json.set("assignment", eager(JSON.createObjectNode(), each));
        }
        return json.set("assignment", extended(IncrementalCooperativeConnectProtocol.deserializeAssignment(bytes(c))));
    }

    static ObjectNode eager(ObjectNode json, ConnectProtocol.Assignment each) {
        json.put("error", each.error()).put("leader", each.leader()).put("leaderUrl", each.leaderUrl());
        json.put("offset", Long.toString(each.offset()));
        json.set("connectors", names(each.connectors()));
        json.set("tasks", ids(each.tasks()));
        return json;
    }

    static JsonNode extended(ExtendedAssignment each) {
        if (each == null) return JSON.nullNode();
        ObjectNode json = eager(JSON.createObjectNode().put("version", each.version()), each);
        json.set("revokedConnectors", names(each.revokedConnectors()));
        json.set("revokedTasks", ids(each.revokedTasks()));
        return json.put("delay", each.delay());
    }

    static ArrayNode names(Collection<String> names) {
        ArrayNode json = JSON.createArrayNode();
        names.forEach(json::add);
        return json;
    }

    static ArrayNode ids(Collection<ConnectorTaskId> ids) {
        ArrayNode json = JSON.createArrayNode();
        ids.forEach(id -> json.addArray().add(id.connector()).add(id.task()));
        return json;
    }

    static ByteBuffer encodedMetadata(JsonNode c) {
        String protocol = c.get("protocol").asText();
        if (protocol.equals("default")) return ConnectProtocol.serializeMetadata(workerState(c));
        return IncrementalCooperativeConnectProtocol.serializeMetadata(workerState(c), protocol.equals("sessioned"));
    }

    static ExtendedWorkerState workerState(JsonNode c) {
        return new ExtendedWorkerState(textOrNull(c, "url"), c.get("offset").asLong(), extended(c.get("assignment")));
    }

    static ByteBuffer encodedAssignment(JsonNode c) {
        String protocol = c.get("protocol").asText();
        ExtendedAssignment assignment = extended(c.get("assignment"));
        if (protocol.equals("default")) return ConnectProtocol.serializeAssignment(assignment);
        return IncrementalCooperativeConnectProtocol.serializeAssignment(assignment, protocol.equals("sessioned"));
    }

    static JsonNode metadataRequest(JsonNode c) {
        ArrayNode protocols = JSON.createArrayNode();
        Collection<JoinGroupRequestProtocol> offered = c.get("protocol").asText().equals("default")
            ? ConnectProtocol.metadataRequest(workerState(c))
            : IncrementalCooperativeConnectProtocol.metadataRequest(
                workerState(c), c.get("protocol").asText().equals("sessioned"));
        for (JoinGroupRequestProtocol each : offered)
            protocols.addObject().put("name", each.name())
                .put("bytes", Base64.getEncoder().encodeToString(each.metadata()));
        return JSON.createObjectNode().set("protocols", protocols);
    }

    static ExtendedAssignment extended(JsonNode json) {
        if (json == null || json.isNull()) return null;
        return new ExtendedAssignment((short) json.path("version").asInt(), (short) json.get("error").asInt(),
            textOrNull(json, "leader"), textOrNull(json, "leaderUrl"), json.get("offset").asLong(),
            connectors(json.get("connectors")), tasks(json.get("tasks")),
            connectors(json.path("revokedConnectors")), tasks(json.path("revokedTasks")),
            json.path("delay").asInt());
    }

    static List<String> connectors(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.forEach(each -> names.add(each.asText()));
        return names;
    }

    static List<ConnectorTaskId> tasks(JsonNode json) {
        List<ConnectorTaskId> ids = new ArrayList<>();
        json.forEach(each -> ids.add(new ConnectorTaskId(each.get(0).asText(), each.get(1).asInt())));
        return ids;
    }

    static JsonNode bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return JSON.createObjectNode().put("bytes", Base64.getEncoder().encodeToString(bytes));
    }

    static String textOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? json.get(name).asText() : null;
    }

    // Topics

    /** Keeps what is sent, as text. */
    static class Sent extends KafkaBasedLog<String, byte[]> {
        final ArrayNode records = JSON.createArrayNode();

        Sent() {
            super("topic", Map.of(), Map.of(), () -> null, null, Time.SYSTEM, null);
        }

        void add(String key, byte[] value) {
            records.addObject().put("key", key)
                .put("value", value == null ? null : new String(value, StandardCharsets.UTF_8));
        }

        @Override
        public Future<RecordMetadata> sendWithReceipt(String key, byte[] value) {
            add(key, value);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void send(String key, byte[] value, org.apache.kafka.clients.producer.Callback callback) {
            add(key, value);
        }

        @Override
        public Future<Void> readToEnd() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static JsonNode configWrites(JsonNode c) throws Exception {
        if (worker == null) worker = workerConfig();
        KafkaConfigBackingStore store =
            new KafkaConfigBackingStore(converter(false), worker, null, () -> null, "client");
        Sent sent = new Sent();
        field(KafkaConfigBackingStore.class, "configLog").set(store, sent);
        for (JsonNode write : c.get("writes")) configWrite(store, write);
        return JSON.createObjectNode().set("records", sent.records);
    }

    static void configWrite(KafkaConfigBackingStore store, JsonNode write) {
        String connector = textOrNull(write, "connector");
        String state = textOrNull(write, "state");
        TargetState target = state == null ? null : TargetState.valueOf(state);
        switch (write.get("call").asText()) {
            case "putConnectorConfig": store.putConnectorConfig(connector, config(write.get("config")), target); break;
            case "removeConnectorConfig": store.removeConnectorConfig(connector); break;
            case "putTaskConfigs": {
                List<Map<String, String>> configs = new ArrayList<>();
                write.get("configs").forEach(each -> configs.add(config(each)));
                store.putTaskConfigs(connector, configs);
                break;
            }
            case "putTargetState": store.putTargetState(connector, target); break;
            case "putTaskCountRecord": store.putTaskCountRecord(connector, write.get("tasks").asInt()); break;
            case "putRestartRequest":
                store.putRestartRequest(new RestartRequest(connector,
                    write.get("onlyFailed").asBoolean(), write.get("includeTasks").asBoolean()));
                break;
            case "putLoggerLevel":
                store.putLoggerLevel(write.get("logger").asText(), write.get("level").asText());
                break;
            case "putSessionKey":
                store.putSessionKey(new SessionKey(
                    new SecretKeySpec(Base64.getDecoder().decode(write.get("keyBytes").asText()),
                        write.get("algorithm").asText()), write.get("created").asLong()));
                break;
            default: throw new IllegalStateException("unknown call");
        }
    }

    static Map<String, String> config(JsonNode json) {
        Map<String, String> config = new LinkedHashMap<>();
        json.properties().forEach(e -> config.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText()));
        return config;
    }

    static KafkaStatusBackingStore statusStore(KafkaBasedLog<String, byte[]> log) throws Exception {
        Constructor<KafkaStatusBackingStore> made = KafkaStatusBackingStore.class.getDeclaredConstructor(
            Time.class, Converter.class, String.class, Supplier.class, KafkaBasedLog.class);
        made.setAccessible(true);
        return made.newInstance(Time.SYSTEM, converter(false), "status", null, log);
    }

    static JsonNode statusWrites(JsonNode c) throws Exception {
        Sent sent = new Sent();
        KafkaStatusBackingStore store = statusStore(sent);
        for (JsonNode write : c.get("writes")) statusWrite(store, write);
        return JSON.createObjectNode().set("records", sent.records);
    }

    static void statusWrite(KafkaStatusBackingStore store, JsonNode write) {
        String connector = write.get("connector").asText();
        String topic = textOrNull(write, "topic");
        ConnectorTaskId task = new ConnectorTaskId(connector, write.path("task").asInt());
        switch (write.get("call").asText()) {
            case "topic": store.put(new TopicStatus(topic, task, write.get("discovered").asLong())); return;
            case "deleteTopic": store.deleteTopic(connector, topic); return;
            case "task": {
                TaskStatus status = new TaskStatus(task, stateOf(write), textOrNull(write, "worker"),
                    write.get("generation").asInt(), textOrNull(write, "trace"), textOrNull(write, "version"));
                if (write.path("safe").asBoolean()) store.putSafe(status);
                else store.put(status);
                return;
            }
            default: {
                ConnectorStatus status = new ConnectorStatus(connector, stateOf(write), textOrNull(write, "trace"),
                    textOrNull(write, "worker"), write.get("generation").asInt(), textOrNull(write, "version"));
                if (write.path("safe").asBoolean()) store.putSafe(status);
                else store.put(status);
            }
        }
    }

    static AbstractStatus.State stateOf(JsonNode write) {
        return AbstractStatus.State.valueOf(write.get("state").asText());
    }

    static Converter converter(boolean isKey) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "false"), isKey);
        return converter;
    }

    static byte[] utf8(JsonNode record, String name) {
        return record.hasNonNull(name) ? record.get(name).asText().getBytes(StandardCharsets.UTF_8) : null;
    }

    static Field field(Class<?> of, String name) throws Exception {
        Field field = of.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    static DistributedConfig workerConfig() throws Exception {
        Map<String, String> props = new HashMap<>();
        for (String name : List.of("config", "offset", "status")) props.put(name + ".storage.topic", name);
        props.put("bootstrap.servers", "localhost:1");
        props.put("group.id", "g");
        props.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        props.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        DistributedConfig config = new DistributedConfig(props);
        // Else it asks the cluster, which there is none of.
        field(WorkerConfig.class, "kafkaClusterId").set(config, "cluster");
        return config;
    }

    static DistributedConfig worker = null;

    @SuppressWarnings("unchecked")
    static JsonNode configTopic(JsonNode c) throws Exception {
        if (worker == null) worker = workerConfig();
        KafkaConfigBackingStore store =
            new KafkaConfigBackingStore(converter(false), worker, null, () -> null, "client");
        ArrayNode events = JSON.createArrayNode();
        store.setUpdateListener(new Listener(events));
        Constructor<?> made = Class
            .forName("org.apache.kafka.connect.storage.KafkaConfigBackingStore$ConsumeCallback")
            .getDeclaredConstructor(KafkaConfigBackingStore.class);
        made.setAccessible(true);
        Callback<ConsumerRecord<String, byte[]>> consume =
            (Callback<ConsumerRecord<String, byte[]>>) made.newInstance(store);
        ArrayNode failures = JSON.createArrayNode();
        Field started = field(KafkaConfigBackingStore.class, "started");
        int index = 0;
        for (JsonNode record : c.get("records")) {
            started.set(store, index >= c.get("startedAfter").asInt());
            try {
                consume.onCompletion(null,
                    new ConsumerRecord<>("config", 0, index, record.get("key").asText(), utf8(record, "value")));
            } catch (Throwable e) {
                failures.addObject().put("index", index).set("error", error(e));
            }
            index++;
        }
        ObjectNode json = state(store.snapshot());
        json.set("events", events);
        return json.set("failures", failures);
    }

    static ObjectNode state(ClusterConfigState state) throws Exception {
        ObjectNode json = JSON.createObjectNode().put("offset", Long.toString(state.offset()));
        SessionKey key = state.sessionKey();
        json.set("sessionKey", key == null ? null : JSON.createObjectNode()
            .put("keyBytes", Base64.getEncoder().encodeToString(key.key().getEncoded()))
            .put("algorithm", key.key().getAlgorithm()).put("created", Long.toString(key.creationTimestamp())));
        ObjectNode connectors = json.putObject("connectors");
        for (String name : state.connectors()) {
            ObjectNode each = connectors.putObject(name);
            each.set("config", JSON.valueToTree(state.connectorConfig(name)));
            each.put("state", String.valueOf(state.targetState(name))).put("taskCount", state.taskCount(name));
            each.set("tasks", ids(state.tasks(name)));
            ArrayNode configs = each.putArray("taskConfigs");
            for (ConnectorTaskId id : state.tasks(name)) configs.add((JsonNode) JSON.valueToTree(state.taskConfig(id)));
            each.put("pendingFencing", state.pendingFencing(name));
            each.put("taskCountRecord", state.taskCountRecord(name));
            each.set("appliedConfig", JSON.valueToTree(state.appliedConnectorConfig(name)));
        }
        json.set("inconsistent", names(state.inconsistentConnectors()));
        return json;
    }

    record Listener(ArrayNode events) implements ConfigBackingStore.UpdateListener {
        public void onConnectorConfigRemove(String name) {
            events.add("connector-removed " + name);
        }
        public void onConnectorConfigUpdate(String name) {
            events.add("connector-updated " + name);
        }
        public void onTaskConfigUpdate(Collection<ConnectorTaskId> tasks) {
            events.add("tasks-updated " + new ArrayList<>(tasks).stream()
                .sorted(Comparator.comparing(ConnectorTaskId::connector).thenComparing(ConnectorTaskId::task)).toList());
        }
        public void onConnectorTargetStateChange(String name) {
            events.add("target-state " + name);
        }
        public void onSessionKeyUpdate(SessionKey key) {
            events.add("session-key");
        }
        public void onRestartRequest(RestartRequest request) {
            events.add("restart " + request.connectorName() + " onlyFailed=" + request.onlyFailed()
                + " includeTasks=" + request.includeTasks());
        }
        public void onLoggingLevelUpdate(String namespace, String level) {
            events.add("logger " + namespace + " " + level);
        }
    }

    static JsonNode statusTopic(JsonNode c) throws Exception {
        KafkaStatusBackingStore store = statusStore(null);
        Method read = KafkaStatusBackingStore.class.getDeclaredMethod("read", ConsumerRecord.class);
        read.setAccessible(true);
        ArrayNode failures = JSON.createArrayNode();
        int index = 0;
        for (JsonNode record : c.get("records")) {
            try {
                read.invoke(store,
                    new ConsumerRecord<>("status", 0, index, record.get("key").asText(), utf8(record, "value")));
            } catch (Throwable e) {
                failures.addObject().put("index", index).set("error", error(e));
            }
            index++;
        }
        ObjectNode json = JSON.createObjectNode();
        ObjectNode connectors = json.putObject("connectors");
        for (String name : store.connectors()) connectors.set(name, status(store.get(name)));
        ArrayNode tasks = json.putArray("tasks");
        ObjectNode topics = json.putObject("topics");
        for (JsonNode asked : c.get("ask")) {
            List<TaskStatus> of = new ArrayList<>(store.getAll(asked.asText()));
            of.sort(Comparator.comparing(each -> each.id().task()));
            for (TaskStatus each : of)
                tasks.add(status(each).set("id", JSON.createArrayNode().add(each.id().connector()).add(each.id().task())));
            ArrayNode used = topics.putArray(asked.asText());
            for (TopicStatus each : store.getAllTopics(asked.asText()))
                used.addObject().put("topic", each.topic()).put("connector", each.connector()).put("task", each.task())
                    .put("discovered", Long.toString(each.discoverTimestamp()));
        }
        return json.set("failures", failures);
    }

    static ObjectNode status(AbstractStatus<?> each) {
        if (each == null) return null;
        return JSON.createObjectNode().put("state", each.state().toString()).put("trace", each.trace())
            .put("worker", each.workerId()).put("generation", each.generation()).put("version", each.version());
    }

    static class Offsets extends KafkaOffsetBackingStore {
        Offsets() {
            super(() -> null, () -> "client", converter(true));
        }

        void take(JsonNode record) {
            consumedCallback.onCompletion(null,
                new ConsumerRecord<>("offset", 0, 0, utf8(record, "key"), utf8(record, "value")));
        }

        @Override
        @SuppressWarnings("unchecked")
        public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
            try {
                Map<ByteBuffer, ByteBuffer> data =
                    (Map<ByteBuffer, ByteBuffer>) field(KafkaOffsetBackingStore.class, "data").get(this);
                Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
                for (ByteBuffer key : keys) found.put(key, data.get(key));
                return CompletableFuture.completedFuture(found);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static JsonNode offsetTopic(JsonNode c) {
        Offsets store = new Offsets();
        for (JsonNode record : c.get("records")) store.take(record);
        return offsetsIn(store, c);
    }

    static JsonNode offsetWrites(JsonNode c) throws Exception {
        ArrayNode records = JSON.createArrayNode();
        OffsetBackingStore store = new Offsets() {
            @Override
            public Future<Void> set(Map<ByteBuffer, ByteBuffer> values,
                org.apache.kafka.connect.util.Callback<Void> callback) {
                values.forEach((key, value) -> records.addObject().put("key", text(key)).put("value", text(value)));
                callback.onCompletion(null, null);
                return CompletableFuture.completedFuture(null);
            }
        };
        for (JsonNode each : c.get("offsets")) write(store, c.get("connector").asText(), each);
        return JSON.createObjectNode().set("records", records);
    }

    static String text(ByteBuffer bytes) {
        return bytes == null ? null : new String(bytes.array(), StandardCharsets.UTF_8);
    }

    /** One flush for each offset: the order within one is that of a hash table. */
    static void write(OffsetBackingStore store, String connector, JsonNode each) throws Exception {
        OffsetStorageWriter writer =
            new OffsetStorageWriter(store, connector, converter(true), converter(false));
        writer.offset(map(each.get("partition")), map(each.get("offset")));
        writer.beginFlush();
        Exception[] failure = new Exception[1];
        Future<Void> flushed = writer.doFlush((error, result) -> failure[0] = (Exception) error);
        if (flushed != null) flushed.get();
        if (failure[0] != null) throw failure[0];
    }

    // File

    interface OfFile<T> {
        T use(FileOffsetBackingStore store, Path path) throws Exception;
    }

    static <T> T withFile(byte[] content, OfFile<T> use) throws Exception {
        Path path = Files.createTempFile("millrace-fuzz-", ".offsets");
        try {
            if (content == null) Files.delete(path);
            else Files.write(path, content);
            FileOffsetBackingStore store = new FileOffsetBackingStore(converter(true));
            store.configure(new StandaloneConfig(Map.of(
                "bootstrap.servers", "localhost:1", "offset.storage.file.filename", path.toString(),
                "key.converter", JsonConverter.class.getName(), "value.converter", JsonConverter.class.getName())));
            store.start();
            try {
                return use.use(store, path);
            } finally {
                store.stop();
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }

    static byte[] offsetFileWritten(JsonNode c) throws Exception {
        return withFile(null, (store, path) -> {
            for (JsonNode each : c.get("offsets")) write(store, each.get("connector").asText(), each);
            return Files.readAllBytes(path);
        });
    }

    /** What is in "bytes", or, where "offsets" are given, in the bytes that they are written as. */
    static JsonNode offsetFileRead(JsonNode c) throws Exception {
        if (c.has("offsets")) ((ObjectNode) c).put("bytes", offsetFileWritten(c));
        return withFile(c.get("bytes").binaryValue(), (store, path) -> offsetsIn(store, c));
    }

    static JsonNode offsetsIn(OffsetBackingStore store, JsonNode c) {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode partitions = json.putObject("partitions");
        for (JsonNode asked : c.get("ask")) {
            ArrayNode list = partitions.putArray(asked.asText());
            for (Map<String, Object> each : store.connectorPartitions(asked.asText())) list.add(value(each));
        }
        ArrayNode offsets = json.putArray("offsets");
        for (JsonNode lookup : c.get("lookups")) {
            Map<String, Object> offset = new OffsetStorageReaderImpl(store, lookup.get("connector").asText(),
                converter(true), converter(false)).offset(map(lookup.get("partition")));
            offsets.addObject().set("offset", value(offset));
        }
        return json;
    }

    /** Of the kinds that offsets may hold. */
    static JsonNode value(Object value) {
        if (value == null) return JSON.nullNode();
        ObjectNode json = JSON.createObjectNode();
        if (value instanceof Map<?, ?> map) {
            ArrayNode pairs = json.putArray("map");
            map.forEach((key, each) -> pairs.addArray().add(value(key)).add(value(each)));
            return json;
        }
        if (value instanceof List<?> list) {
            ArrayNode elements = json.putArray("list");
            list.forEach(each -> elements.add(value(each)));
            return json;
        }
        if (value instanceof Long l) return json.put("int64", l.toString());
        if (value instanceof Boolean b) return json.put("boolean", b);
        if (value instanceof Double d) {
            boolean isPlain = !d.isNaN() && !d.isInfinite() && !(d == 0 && 1 / d < 0);
            return isPlain ? json.put("float64", d) : json.put("float64", d.toString());
        }
        return json.put("string", (String) value);
    }

    static Object plain(JsonNode json) {
        if (json.isNull()) return null;
        Map.Entry<String, JsonNode> entry = json.properties().iterator().next();
        switch (entry.getKey()) {
            case "map": return map(json);
            case "int64": return Long.parseLong(entry.getValue().asText());
            case "int32": return entry.getValue().asInt();
            case "boolean": return entry.getValue().asBoolean();
            case "float64": return Double.parseDouble(entry.getValue().asText());
            case "bytes": return Base64.getDecoder().decode(entry.getValue().asText());
            case "date": return new Date(Long.parseLong(entry.getValue().asText()));
            case "decimal":
                return new BigDecimal(new BigInteger(entry.getValue().get("unscaled").asText()),
                    entry.getValue().get("scale").asInt());
            case "list": return new ArrayList<>();
            case "struct": return new Struct(SchemaBuilder.struct().build());
            default: return entry.getValue().asText();
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(JsonNode json) {
        if (json == null || json.isNull()) return null;
        Map<Object, Object> map = new LinkedHashMap<>();
        for (JsonNode pair : json.get("map")) map.put(plain(pair.get(0)), plain(pair.get(1)));
        return (Map<String, Object>) (Map<?, ?>) map;
    }
}
