import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.SchemaProjector;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.file.FileStreamSinkTask;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.ConnectMetrics;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.TransformationStage;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.apache.kafka.connect.util.ConnectorTaskId;

/**
 * Runs cases in the form of test/acceptance/vectors on the classes of Apache Kafka Connect: one
 * case a line on standard input, the case with its outcome as "expect" a line on standard output.
 */
public class Recorder {
    static final ObjectMapper JSON =
        JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        for (String line; (line = in.readLine()) != null;) {
            ObjectNode vector = (ObjectNode) JSON.readTree(line);
            vector.set("expect", outcome(vector));
            out.println(JSON.writeValueAsString(vector));
        }
        out.flush();
    }

    /** A failure while something was configured, before the operation proper. */
    static class ConfigureFailure extends RuntimeException {
        ConfigureFailure(Throwable cause) {
            super(cause);
        }
    }

    interface Step<T> {
        T run() throws Exception;
    }

    static <T> T configure(Step<T> step) {
        try {
            return step.run();
        } catch (Throwable e) {
            throw new ConfigureFailure(e);
        }
    }

    static JsonNode outcome(ObjectNode vector) {
        try {
            return run(vector);
        } catch (ConfigureFailure e) {
            return failure(e.getCause()).put("stage", "configure");
        } catch (Throwable e) {
            return failure(e);
        }
    }

    static ObjectNode failure(Throwable given) {
        Throwable e = given instanceof InvocationTargetException ? given.getCause() : given;
        ObjectNode error = object().put("class", e.getClass().getName()).put("message", e.getMessage());
        if (e.getCause() != null) {
            error.set("cause", object().put("class", e.getCause().getClass().getName())
                .put("message", e.getCause().getMessage()));
        }
        ObjectNode result = object();
        result.set("error", error);
        return result;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ObjectNode with(String name, JsonNode value) {
        ObjectNode result = object();
        result.set(name, value);
        return result;
    }

    static JsonNode run(JsonNode c) throws Exception {
        String op = c.get("op").asText();
        switch (op) {
            case "json.from":
                return object().put("text", text(from(converter("JsonConverter", c), c)));
            case "json.to":
                return both(converter("JsonConverter", c).toConnectData("topic", bytes(c)));
            case "converter.from":
                return object().put("bytes", base64(from(converter(c.get("class").asText(), c), c)));
            case "converter.to":
                return both(converter(c.get("class").asText(), c).toConnectData("topic", bytes(c)));
            case "header.from": {
                Schema schema = schema(c.get("schema"));
                return object().put("bytes", base64(headerConverter()
                    .fromConnectHeader("topic", "key", schema, value(c.get("value"), structs(c, schema)))));
            }
            case "header.to":
                return both(headerConverter().toConnectHeader("topic", "key", bytes(c)));
            case "values.parse":
                return both(Values.parseString(textOrNull(c, "text")));
            case "values.convert":
                return with("value", value(convert(c), schema(c.get("schema"))));
            case "values.toString": {
                Schema schema = schema(c.get("schema"));
                return object().put("text", Values.convertToString(schema, value(c.get("value"), schema)));
            }
            case "values.infer":
                return with("schema", schema(Values.inferSchema(value(c.get("value"), null))));
            case "transform":
                return transform(c);
            case "chain":
                return chain(c);
            case "predicate":
                return predicate(c);
            case "project": {
                Schema source = schema(c.get("source"));
                Schema target = schema(c.get("target"));
                return with("value", value(
                    SchemaProjector.project(source, value(c.get("value"), source), target), target));
            }
            case "schema.validate": {
                Schema schema = schema(c.get("schema"));
                Object value = value(c.get("value"), structs(c, schema));
                String field = textOrNull(c, "field");
                if (field == null) ConnectSchema.validateValue(schema, value);
                else ConnectSchema.validateValue(field, schema, value);
                return object().put("valid", true);
            }
            case "schema.build":
                return build(c.get("steps"));
            case "schema.equals":
                return object().put("equal", schema(c.get("a")).equals(schema(c.get("b"))));
            case "struct":
                return struct(c);
            case "logical.from":
            case "logical.to":
                return logical(c, op.endsWith("from"));
            case "headers":
                return headers(c);
            case "sink.line":
                return sinkLine(c);
            case "text":
                return object().put("text", textOf(c));
            default:
                return Configs.run(op, c);
        }
    }

    // Schemas and values

    static Schema schema(JsonNode json) {
        if (json == null || json.isNull()) return null;
        Schema.Type type = Schema.Type.valueOf(json.get("type").asText().toUpperCase());
        boolean optional = json.path("optional").asBoolean(false);
        Map<String, String> parameters = null;
        if (!json.path("parameters").isEmpty()) {
            parameters = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> e : json.get("parameters").properties())
                parameters.put(e.getKey(), e.getValue().asText());
        }
        List<org.apache.kafka.connect.data.Field> fields = null;
        if (type == Schema.Type.STRUCT) {
            fields = new ArrayList<>();
            for (JsonNode field : json.path("fields"))
                fields.add(new org.apache.kafka.connect.data.Field(
                    field.get("name").asText(), fields.size(), schema(field.get("schema"))));
        }
        Schema key = schema(json.get("key"));
        Schema element = schema(json.get("value"));
        String name = textOrNull(json, "name");
        Integer version = json.has("version") ? json.get("version").asInt() : null;
        String doc = textOrNull(json, "doc");
        Schema bare = new ConnectSchema(type, optional, null, name, version, doc, parameters, fields, key, element);
        if (!json.has("default")) return bare;
        Object given = value(json.get("default"), bare);
        return new ConnectSchema(type, optional, given, name, version, doc, parameters, fields, key, element);
    }

    static JsonNode schema(Schema schema) {
        if (schema == null) return JSON.nullNode();
        ObjectNode json = object().put("type", schema.type().getName());
        if (schema.isOptional()) json.put("optional", true);
        if (schema.name() != null) json.put("name", schema.name());
        if (schema.version() != null) json.put("version", schema.version());
        if (schema.doc() != null) json.put("doc", schema.doc());
        if (schema.parameters() != null) {
            ObjectNode parameters = json.putObject("parameters");
            new TreeMap<>(schema.parameters()).forEach(parameters::put);
        }
        if (schema.type() == Schema.Type.MAP) json.set("key", schema(schema.keySchema()));
        if (schema.type() == Schema.Type.MAP || schema.type() == Schema.Type.ARRAY)
            json.set("value", schema(schema.valueSchema()));
        if (schema.type() == Schema.Type.STRUCT) {
            ArrayNode fields = json.putArray("fields");
            for (org.apache.kafka.connect.data.Field field : schema.fields())
                fields.add(object().put("name", field.name()).set("schema", schema(field.schema())));
        }
        if (schema.defaultValue() != null) json.set("default", value(schema.defaultValue(), bare(schema)));
        return json;
    }

    /** The schema without its default, which is what a default struct has. */
    static Schema bare(Schema schema) {
        if (schema == null || schema.type() != Schema.Type.STRUCT) return schema;
        return new ConnectSchema(schema.type(), schema.isOptional(), null, schema.name(), schema.version(),
            schema.doc(), schema.parameters(), schema.fields(), null, null);
    }

    static Schema structs(JsonNode c, Schema schema) {
        return c.has("valueSchema") ? schema(c.get("valueSchema")) : schema;
    }

    static Object value(JsonNode json, Schema schema) {
        if (json == null || json.isNull()) return null;
        Map.Entry<String, JsonNode> entry = json.properties().iterator().next();
        JsonNode content = entry.getValue();
        switch (entry.getKey()) {
            case "int8": return (byte) content.asInt();
            case "int16": return (short) content.asInt();
            case "int32": return content.asInt();
            case "int64": return Long.parseLong(content.asText());
            case "float32": return content.isTextual() ? Float.parseFloat(content.asText()) : content.floatValue();
            case "float64": return content.isTextual() ? Double.parseDouble(content.asText()) : content.doubleValue();
            case "boolean": return content.asBoolean();
            case "string": return new String(content.asText());
            case "bytes": return Base64.getDecoder().decode(content.asText());
            case "buffer": {
                ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(content.asText()));
                buffer.position(json.path("position").asInt(0));
                return buffer;
            }
            case "decimal":
                return new BigDecimal(new BigInteger(content.get("unscaled").asText()), content.get("scale").asInt());
            case "date": return new Date(Long.parseLong(content.asText()));
            case "list": {
                List<Object> list = new ArrayList<>();
                for (JsonNode element : content) list.add(value(element, element(schema)));
                return list;
            }
            case "map": {
                Map<Object, Object> map = new LinkedHashMap<>();
                Schema keys = schema != null && schema.type() == Schema.Type.MAP ? schema.keySchema() : null;
                for (JsonNode pair : content)
                    map.put(value(pair.get(0), keys), value(pair.get(1), element(schema)));
                return map;
            }
            case "struct": {
                Schema own = json.has("schema") ? schema(json.get("schema")) : schema;
                return structOf(own, content);
            }
            case "bigint": return new BigInteger(content.asText());
            case "char": return content.asText().charAt(0);
            case "object":
                return content.asText().equals("java.util.UUID") ? new UUID(0, 1) : new Object[0];
            case "password": return new Password(content.asText());
            case "class": return Configs.classOf(content.asText());
            default: throw new IllegalStateException("unknown kind of value " + entry.getKey());
        }
    }

    static Schema element(Schema schema) {
        if (schema == null) return null;
        return schema.type() == Schema.Type.ARRAY || schema.type() == Schema.Type.MAP ? schema.valueSchema() : null;
    }

    /** Filled without checks: cases hold structs that are not valid. */
    static Struct structOf(Schema schema, JsonNode content) {
        Struct struct = new Struct(schema);
        try {
            Field values = Struct.class.getDeclaredField("values");
            values.setAccessible(true);
            Object[] array = (Object[]) values.get(struct);
            for (org.apache.kafka.connect.data.Field field : schema.fields())
                array[field.index()] = value(content.get(field.index()), field.schema());
            return struct;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode value(Object value) {
        return value(value, null);
    }

    static JsonNode value(Object value, Schema schema) {
        if (value == null) return JSON.nullNode();
        if (value instanceof Byte b) return object().put("int8", b);
        if (value instanceof Short s) return object().put("int16", s);
        if (value instanceof Integer i) return object().put("int32", i);
        if (value instanceof Long l) return object().put("int64", l.toString());
        if (value instanceof Float f) return floating("float32", f, f.toString());
        if (value instanceof Double d) return floating("float64", d, d.toString());
        if (value instanceof Boolean b) return object().put("boolean", b);
        if (value instanceof String s) return object().put("string", s);
        if (value instanceof byte[] b) return object().put("bytes", base64(b));
        if (value instanceof ByteBuffer b) {
            ObjectNode json = object().put("buffer", base64(b.array()));
            return b.position() == 0 ? json : json.put("position", b.position());
        }
        if (value instanceof BigDecimal d)
            return with("decimal", object().put("unscaled", d.unscaledValue().toString()).put("scale", d.scale()));
        if (value instanceof Date d) return object().put("date", Long.toString(d.getTime()));
        if (value instanceof BigInteger i) return object().put("bigint", i.toString());
        if (value instanceof Character c) return object().put("char", c.toString());
        if (value instanceof Password p) return object().put("password", p.value());
        if (value instanceof Class<?> c) return object().put("class", c.getName());
        if (value instanceof Struct s) return struct(s, schema);
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.createArrayNode();
            for (Object each : list) array.add(value(each, element(schema)));
            return with("list", array);
        }
        if (value instanceof Map<?, ?> map) {
            ArrayNode array = JSON.createArrayNode();
            Schema keys = schema != null && schema.type() == Schema.Type.MAP ? schema.keySchema() : null;
            map.forEach((k, v) -> array.addArray().add(value(k, keys)).add(value(v, element(schema))));
            return with("map", array);
        }
        return object().put("object", value.getClass().getName());
    }

    static JsonNode floating(String kind, double value, String text) {
        if (Double.isNaN(value) || Double.isInfinite(value)) return object().put(kind, text);
        if (value == 0 && 1 / value < 0) return object().put(kind, "-0.0");
        return object().put(kind, Double.parseDouble(text));
    }

    static JsonNode struct(Struct struct, Schema place) {
        ArrayNode values = JSON.createArrayNode();
        for (org.apache.kafka.connect.data.Field field : struct.schema().fields())
            values.add(value(struct.getWithoutDefault(field.name()), field.schema()));
        ObjectNode json = (ObjectNode) with("struct", values);
        // A struct may hang on a builder that has the struct as its default.
        Schema own = struct.schema() instanceof SchemaBuilder ? bare(struct.schema()) : struct.schema();
        boolean given = place != null && (own.equals(place) || own.equals(bare(place)));
        if (!given) json.set("schema", schema(own));
        return json;
    }

    static JsonNode both(SchemaAndValue both) {
        if (both == null) return object().put("nothing", true);
        ObjectNode json = object();
        json.set("schema", schema(both.schema()));
        json.set("value", value(both.value(), both.schema()));
        return json;
    }

    // Converters and Values

    static byte[] bytes(JsonNode c) {
        String text = textOrNull(c, "text");
        if (text != null) return text.getBytes(StandardCharsets.UTF_8);
        String bytes = textOrNull(c, "bytes");
        return bytes == null ? null : Base64.getDecoder().decode(bytes);
    }

    static String base64(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static String textOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? json.get(name).asText() : null;
    }

    static Map<String, Object> config(JsonNode json) {
        Map<String, Object> config = new HashMap<>();
        if (json != null) for (Map.Entry<String, JsonNode> e : json.properties())
            config.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText());
        return config;
    }

    static Converter converter(String name, JsonNode c) {
        return configure(() -> {
            Converter converter = name.equals("JsonConverter") ? new JsonConverter()
                : name.equals("StringConverter") ? new org.apache.kafka.connect.storage.StringConverter()
                : (Converter) Class.forName("org.apache.kafka.connect.converters." + name)
                    .getDeclaredConstructor().newInstance();
            converter.configure(config(c.get("config")), false);
            return converter;
        });
    }

    static HeaderConverter headerConverter() {
        HeaderConverter converter = new SimpleHeaderConverter();
        converter.configure(Map.of("converter.type", "header"));
        return converter;
    }

    static byte[] from(Converter converter, JsonNode c) {
        Schema schema = schema(c.get("schema"));
        return converter.fromConnectData("topic", schema, value(c.get("value"), structs(c, schema)));
    }

    static Object convert(JsonNode c) {
        Schema schema = schema(c.get("schema"));
        Object value = value(c.get("value"), schema);
        switch (c.get("to").asText()) {
            case "boolean": return Values.convertToBoolean(schema, value);
            case "int8": return Values.convertToByte(schema, value);
            case "int16": return Values.convertToShort(schema, value);
            case "int32": return Values.convertToInteger(schema, value);
            case "int64": return Values.convertToLong(schema, value);
            case "float32": return Values.convertToFloat(schema, value);
            case "float64": return Values.convertToDouble(schema, value);
            case "string": return Values.convertToString(schema, value);
            case "time": return Values.convertToTime(schema, value);
            case "date": return Values.convertToDate(schema, value);
            case "timestamp": return Values.convertToTimestamp(schema, value);
            case "decimal": return Values.convertToDecimal(schema, value, c.path("scale").asInt(0));
            case "list": return Values.convertToList(schema, value);
            case "map": return Values.convertToMap(schema, value);
            case "struct": return Values.convertToStruct(schema, value);
            default: throw new IllegalStateException("unknown conversion");
        }
    }

    // Transformations and predicates

    @SuppressWarnings({"unchecked", "rawtypes"})
    static JsonNode transform(JsonNode c) {
        Transformation transform = configure(() -> {
            Transformation made = (Transformation) Class
                .forName("org.apache.kafka.connect.transforms." + c.get("class").asText())
                .getDeclaredConstructor().newInstance();
            made.configure(config(c.get("config")));
            return made;
        });
        if (c.has("records")) return eachOf(c.get("records"), transform::apply);
        if (!c.has("record")) return object().put("configured", true);
        return transformed(transform::apply, c.get("record"));
    }

    @SuppressWarnings("rawtypes")
    interface Change {
        ConnectRecord apply(ConnectRecord record);
    }

    /** What becomes of one record after the other. */
    static JsonNode eachOf(JsonNode records, Change change) {
        ArrayNode results = JSON.createArrayNode();
        for (JsonNode record : records) {
            try {
                results.add(transformed(change, record));
            } catch (Throwable e) {
                results.add(failure(e));
            }
        }
        return with("results", results);
    }

    static JsonNode transformed(Change change, JsonNode record) {
        ConnectRecord<?> result = change.apply(record(record));
        return result == null ? object().put("dropped", true) : with("record", record(result));
    }

    static Plugins plugins = null;
    static ConnectMetrics metrics = null;

    /** Transformations with their predicates, as a connector's configuration names them. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static JsonNode chain(JsonNode c) {
        if (plugins == null) {
            plugins = new Plugins(Map.of("plugin.path", "", "plugin.discovery", "service_load"));
            metrics = new ConnectMetrics("worker", new StandaloneConfig(Map.of(
                "bootstrap.servers", "localhost:1", "offset.storage.file.filename", "/dev/null",
                "key.converter", JsonConverter.class.getName(), "value.converter", JsonConverter.class.getName())),
                org.apache.kafka.common.utils.Time.SYSTEM, "cluster");
        }
        List<TransformationStage> stages = configure(() -> stages(c));
        return eachOf(c.get("records"), given -> {
            ConnectRecord record = given;
            for (TransformationStage stage : stages) {
                record = stage.apply(record);
                if (record == null) return null;
            }
            return record;
        });
    }

    /** A failure to configure is told in other words than by a transformation alone: without them. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static List<TransformationStage> stages(JsonNode c) {
        try {
            Map<String, String> props = new HashMap<>(Map.of(
                "name", "c", "connector.class", "org.apache.kafka.connect.file.FileStreamSinkConnector"));
            config(c.get("config")).forEach((key, value) -> props.put(key, (String) value));
            return (List) new ConnectorConfig(plugins, props)
                .transformationStages(plugins, new ConnectorTaskId("c", 0), metrics);
        } catch (Exception e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static JsonNode predicate(JsonNode c) {
        Predicate predicate = configure(() -> {
            Predicate made = (Predicate) Class
                .forName("org.apache.kafka.connect.transforms.predicates." + c.get("class").asText())
                .getDeclaredConstructor().newInstance();
            made.configure(config(c.get("config")));
            return made;
        });
        if (!c.has("record")) return object().put("text", predicate.toString());
        return object().put("result", predicate.test(record(c.get("record"))));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static ConnectRecord record(JsonNode json) {
        Schema keySchema = schema(json.get("keySchema"));
        Schema valueSchema = schema(json.get("valueSchema"));
        Object key = value(json.get("key"), keySchema);
        Object value = value(json.get("value"), valueSchema);
        Long timestamp = json.hasNonNull("timestamp") ? Long.valueOf(json.get("timestamp").asText()) : null;
        Integer partition = json.hasNonNull("partition") ? json.get("partition").asInt() : null;
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode header : json.path("headers")) {
            Schema schema = schema(header.get("schema"));
            headers.add(header.get("key").asText(), value(header.get("value"), schema), schema);
        }
        String topic = textOrNull(json, "topic");
        if (json.get("kind").asText().equals("source")) {
            return new SourceRecord((Map) Map.of("p", "1"), (Map) Map.of("o", "1"), topic, partition,
                keySchema, key, valueSchema, value, timestamp, headers);
        }
        String type = json.has("timestampType") ? json.get("timestampType").asText() : "CreateTime";
        return new SinkRecord(topic, partition, keySchema, key, valueSchema, value,
            Long.parseLong(json.path("offset").asText("0")), timestamp, TimestampType.forName(type), headers);
    }

    static ObjectNode record(ConnectRecord<?> record) {
        ObjectNode json = object().put("kind", record instanceof SinkRecord ? "sink" : "source")
            .put("topic", record.topic()).put("partition", record.kafkaPartition());
        json.set("keySchema", schema(record.keySchema()));
        json.set("key", value(record.key(), record.keySchema()));
        json.set("valueSchema", schema(record.valueSchema()));
        json.set("value", value(record.value(), record.valueSchema()));
        json.put("timestamp", record.timestamp() == null ? null : record.timestamp().toString());
        if (record instanceof SinkRecord sink) {
            json.put("timestampType", sink.timestampType().toString())
                .put("offset", Long.toString(sink.kafkaOffset()))
                .put("originalTopic", sink.originalTopic())
                .put("originalPartition", sink.originalKafkaPartition())
                .put("originalOffset", Long.toString(sink.originalKafkaOffset()));
        }
        json.set("headers", list(record.headers()));
        return json;
    }

    static ObjectNode header(Header header) {
        if (header == null) return null;
        ObjectNode json = object().put("key", header.key());
        json.set("schema", schema(header.schema()));
        json.set("value", value(header.value(), header.schema()));
        return json;
    }

    static ArrayNode list(Iterable<Header> headers) {
        ArrayNode list = JSON.createArrayNode();
        for (Header header : headers) list.add(header(header));
        return list;
    }

    // Schemas, structs, headers

    static JsonNode build(JsonNode steps) {
        JsonNode first = steps.get(0);
        SchemaBuilder builder = start(first);
        for (int i = 1; i < steps.size(); i++) set(builder, steps.get(i));
        Schema schema = builder.build();
        for (int i = 1; i < steps.size(); i++) {
            switch (steps.get(i).get("call").asText()) {
                case "keySchema": schema.keySchema(); break;
                case "valueSchema": schema.valueSchema(); break;
                case "fields": schema.fields(); break;
                case "lookup": schema.field(steps.get(i).get("arg").asText()); break;
                default:
            }
        }
        ObjectNode json = with("schema", schema(schema)).deepCopy();
        return json.put("text", schema.toString());
    }

    static SchemaBuilder start(JsonNode step) {
        switch (step.get("call").asText()) {
            case "type": return SchemaBuilder.type(Schema.Type.valueOf(step.get("type").asText().toUpperCase()));
            case "array": return SchemaBuilder.array(schema(step.get("value")));
            case "map": return SchemaBuilder.map(schema(step.get("key")), schema(step.get("value")));
            case "decimal": return Decimal.builder(step.get("arg").asInt());
            case "date": return org.apache.kafka.connect.data.Date.builder();
            case "time": return Time.builder();
            case "timestamp": return Timestamp.builder();
            default: throw new IllegalStateException("unknown builder");
        }
    }

    static void set(SchemaBuilder builder, JsonNode step) {
        String arg = step.hasNonNull("arg") ? new String(step.get("arg").asText()) : null;
        switch (step.get("call").asText()) {
            case "optional": builder.optional(); break;
            case "required": builder.required(); break;
            case "name": builder.name(arg); break;
            case "version": builder.version(arg == null ? null : Integer.valueOf(arg)); break;
            case "doc": builder.doc(arg); break;
            case "default": builder.defaultValue(value(step.get("arg"), builder.build())); break;
            case "parameter": builder.parameter(step.get("key").asText(), arg); break;
            case "parameters": {
                Map<String, String> map = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> e : step.get("arg").properties())
                    map.put(e.getKey(), e.getValue().asText());
                builder.parameters(map);
                break;
            }
            case "field": builder.field(textOrNull(step, "name"), schema(step.get("schema"))); break;
            default:
        }
    }

    static JsonNode struct(JsonNode c) {
        Struct struct = new Struct(schema(c.get("schema")));
        ArrayNode results = JSON.createArrayNode();
        for (JsonNode call : c.get("calls")) {
            try {
                results.add(call(struct, call));
            } catch (Throwable e) {
                results.add(failure(e));
            }
        }
        return with("results", results);
    }

    static JsonNode call(Struct struct, JsonNode call) throws Exception {
        String name = call.get("call").asText();
        String field = textOrNull(call, "field");
        org.apache.kafka.connect.data.Field known = field == null ? null : struct.schema().field(field);
        switch (name) {
            case "put":
                struct.put(field, value(call.get("value"), known == null ? null : known.schema()));
                return null;
            case "validate":
                struct.validate();
                return object().put("valid", true);
            case "toString":
                return object().put("text", struct.toString());
            case "equals":
                return object().put("equal", struct.equals(value(call.get("value"), struct.schema())));
            default:
                return with("value", value(Struct.class.getMethod(name, String.class).invoke(struct, field),
                    known == null ? null : known.schema()));
        }
    }

    static JsonNode logical(JsonNode c, boolean from) {
        Schema s = schema(c.get("schema"));
        Object v = value(c.get("value"), s);
        switch (c.get("type").asText()) {
            case "decimal":
                return with("value", value(from ? Decimal.fromLogical(s, (BigDecimal) v) : Decimal.toLogical(s, (byte[]) v)));
            case "date":
                return with("value", value(from ? org.apache.kafka.connect.data.Date.fromLogical(s, (Date) v)
                    : (Object) org.apache.kafka.connect.data.Date.toLogical(s, (Integer) v)));
            case "time":
                return with("value", value(from ? Time.fromLogical(s, (Date) v) : (Object) Time.toLogical(s, (Integer) v)));
            default:
                return with("value", value(from ? Timestamp.fromLogical(s, (Date) v) : (Object) Timestamp.toLogical(s, (Long) v)));
        }
    }

    static JsonNode headers(JsonNode c) {
        Headers headers = new ConnectHeaders();
        ArrayNode results = JSON.createArrayNode();
        for (JsonNode call : c.get("calls")) {
            try {
                results.add(call(headers, call));
            } catch (Throwable e) {
                results.add(failure(e));
            }
        }
        ObjectNode json = with("results", results).deepCopy();
        json.set("headers", list(headers));
        return json;
    }

    static JsonNode call(Headers headers, JsonNode call) {
        String key = textOrNull(call, "key");
        Schema schema = schema(call.get("schema"));
        Object v = value(call.get("value"), schema);
        switch (call.get("call").asText()) {
            case "size": return object().put("size", headers.size());
            case "isEmpty": return object().put("empty", headers.isEmpty());
            case "toString": return object().put("text", headers.toString());
            case "lastWithName": {
                Header found = headers.lastWithName(key);
                return with("header", found == null ? JSON.nullNode() : header(found));
            }
            case "allWithName": {
                ArrayNode list = JSON.createArrayNode();
                headers.allWithName(key).forEachRemaining(each -> list.add(header(each)));
                return with("headers", list);
            }
            case "duplicateThenClear": {
                ConnectHeaders copy = headers.duplicate() instanceof ConnectHeaders made ? made : null;
                headers.clear();
                return with("headers", list(copy));
            }
            case "equalsDuplicate": return object().put("equal", headers.equals(headers.duplicate()));
            case "add": headers.add(key, v, schema); return null;
            case "addSchemaAndValue": headers.add(key, new SchemaAndValue(schema, v)); return null;
            case "addString": headers.addString(key, (String) v); return null;
            case "addBytes": headers.addBytes(key, (byte[]) v); return null;
            case "addBoolean": headers.addBoolean(key, (Boolean) v); return null;
            case "addByte": headers.addByte(key, (Byte) v); return null;
            case "addShort": headers.addShort(key, (Short) v); return null;
            case "addInt": headers.addInt(key, (Integer) v); return null;
            case "addLong": headers.addLong(key, (Long) v); return null;
            case "addFloat": headers.addFloat(key, (Float) v); return null;
            case "addDouble": headers.addDouble(key, (Double) v); return null;
            case "addList": headers.addList(key, (List<?>) v, schema); return null;
            case "addMap": headers.addMap(key, (Map<?, ?>) v, schema); return null;
            case "addStruct": headers.addStruct(key, (Struct) v); return null;
            case "addDecimal": headers.addDecimal(key, (BigDecimal) v); return null;
            case "addDate": headers.addDate(key, (Date) v); return null;
            case "addTime": headers.addTime(key, (Date) v); return null;
            case "addTimestamp": headers.addTimestamp(key, (Date) v); return null;
            case "remove": headers.remove(key); return null;
            case "retainLatest":
                if (key == null) headers.retainLatest();
                else headers.retainLatest(key);
                return null;
            case "clear": headers.clear(); return null;
            case "applyWith": headers.apply(key, each -> each.with(schema, v)); return null;
            case "applyRename": {
                String to = call.get("to").asText();
                if (key == null) headers.apply(each -> each.rename(to));
                else headers.apply(key, each -> each.rename(to));
                return null;
            }
            case "applyDrop": headers.apply(key, each -> null); return null;
            default: throw new IllegalStateException("unknown call");
        }
    }

    // Texts

    static JsonNode sinkLine(JsonNode c) {
        Schema schema = schema(c.get("schema"));
        List<Object> values = new ArrayList<>();
        if (c.has("values")) c.get("values").forEach(each -> values.add(value(each, schema)));
        else values.add(value(c.get("value"), schema));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileStreamSinkTask task = new FileStreamSinkTask(new PrintStream(out, true, StandardCharsets.UTF_8));
        List<SinkRecord> records = new ArrayList<>();
        for (Object value : values) records.add(new SinkRecord("topic", 0, null, null, schema, value, 0));
        task.put(records);
        task.flush(Map.<TopicPartition, org.apache.kafka.clients.consumer.OffsetAndMetadata>of());
        return object().put("text", out.toString(StandardCharsets.UTF_8));
    }

    static String textOf(JsonNode c) {
        Schema schema = schema(c.get("schema"));
        switch (c.get("of").asText()) {
            case "schema": return String.valueOf(schema);
            case "field": return String.valueOf(schema.field(c.get("name").asText()));
            case "record": return record(c.get("record")).toString();
            default: return new SchemaAndValue(schema, value(c.get("value"), schema)).toString();
        }
    }

    /** Definitions of settings. */
    static class Configs {
        static JsonNode run(String op, JsonNode c) {
            switch (op) {
                case "config.parseType":
                    return with("value", value(ConfigDef.parseType(
                        textOrNull(c, "name"), plain(c.get("value")), ConfigDef.Type.valueOf(c.get("type").asText()))));
                case "config.toText":
                    return object().put("text", ConfigDef.convertToString(
                        plain(c.get("value")), ConfigDef.Type.valueOf(c.get("type").asText())));
                case "config.define":
                    definition(c.get("def"));
                    return object().put("defined", true);
                case "config.parse": {
                    Map<String, Object> parsed = definition(c.get("def")).parse(config(c.get("props")));
                    ObjectNode values = object();
                    new TreeMap<>(parsed).forEach((k, v) -> values.set(k, value(v)));
                    return with("values", values);
                }
                case "config.validate": {
                    Map<String, String> props = new LinkedHashMap<>();
                    config(c.get("props")).forEach((k, v) -> props.put(k, (String) v));
                    ArrayNode values = JSON.createArrayNode();
                    Map<String, ConfigValue> sorted = new TreeMap<>();
                    for (ConfigValue each : definition(c.get("def")).validate(props)) sorted.put(each.name(), each);
                    for (ConfigValue each : sorted.values()) values.add(report(each));
                    return with("values", values);
                }
                default:
                    throw new IllegalStateException("unknown operation " + op);
            }
        }

        static ObjectNode report(ConfigValue each) {
            ObjectNode json = object().put("name", each.name());
            json.set("value", value(each.value()));
            ArrayNode recommended = json.putArray("recommended");
            for (Object value : each.recommendedValues()) recommended.add(value(value));
            ArrayNode errors = json.putArray("errors");
            each.errorMessages().forEach(errors::add);
            return json.put("visible", each.visible());
        }

        static Object plain(JsonNode json) {
            return value(json, null);
        }

        static Class<?> classOf(String name) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        static ConfigDef definition(JsonNode keys) {
            ConfigDef def = new ConfigDef();
            for (JsonNode key : keys) {
                Object given = key.has("default") ? plain(key.get("default")) : ConfigDef.NO_DEFAULT_VALUE;
                List<String> dependents = new ArrayList<>();
                key.path("dependents").forEach(each -> dependents.add(each.asText()));
                ConfigDef.Width width = key.has("width")
                    ? ConfigDef.Width.valueOf(key.get("width").asText().toUpperCase()) : ConfigDef.Width.NONE;
                def.define(key.get("name").asText(), ConfigDef.Type.valueOf(key.get("type").asText()), given,
                    validator(key.get("validator")), ConfigDef.Importance.HIGH, "", textOrNull(key, "group"),
                    key.path("order").asInt(-1), width,
                    key.has("display") ? key.get("display").asText() : key.get("name").asText(),
                    dependents, recommender(key.get("recommender")));
            }
            return def;
        }

        static String[] strings(JsonNode list) {
            List<String> strings = new ArrayList<>();
            list.forEach(each -> strings.add(each.asText()));
            return strings.toArray(new String[0]);
        }

        static ConfigDef.Validator validator(JsonNode json) {
            if (json == null || json.isNull()) return null;
            if (json.isTextual()) {
                switch (json.asText()) {
                    case "nonEmpty": return new ConfigDef.NonEmptyString();
                    case "nonNull": return new ConfigDef.NonNullValidator();
                    default: return ConfigDef.NonEmptyStringWithoutControlChars.nonEmptyStringWithoutControlChars();
                }
            }
            if (json.has("atLeast")) return ConfigDef.Range.atLeast(number(json.get("atLeast")));
            if (json.has("between"))
                return ConfigDef.Range.between(number(json.get("between").get(0)), number(json.get("between").get(1)));
            if (json.has("oneOf")) return ConfigDef.ValidString.in(strings(json.get("oneOf")));
            if (json.has("oneOfIgnoreCase"))
                return ConfigDef.CaseInsensitiveValidString.in(strings(json.get("oneOfIgnoreCase")));
            if (json.has("listSize")) return ConfigDef.ListSize.atMostOfSize(json.get("listSize").asInt());
            if (json.has("listIn")) {
                JsonNode in = json.get("listIn");
                return in.has("emptyAllowed")
                    ? ConfigDef.ValidList.in(in.get("emptyAllowed").asBoolean(), strings(in.get("values")))
                    : ConfigDef.ValidList.in(strings(in.get("values")));
            }
            if (json.has("listAny"))
                return ConfigDef.ValidList.anyNonDuplicateValues(
                    json.get("listAny").get("emptyAllowed").asBoolean(), json.get("listAny").get("nullAllowed").asBoolean());
            List<ConfigDef.Validator> all = new ArrayList<>();
            json.get("all").forEach(each -> all.add(validator(each)));
            return ConfigDef.CompositeValidator.of(all.toArray(new ConfigDef.Validator[0]));
        }

        static Number number(JsonNode json) {
            return json.isIntegralNumber() ? json.asInt() : (Number) json.asDouble();
        }

        static ConfigDef.Recommender recommender(JsonNode json) {
            if (json == null || json.isNull()) return null;
            return new ConfigDef.Recommender() {
                @Override
                public List<Object> validValues(String name, Map<String, Object> parsed) {
                    if (json.has("throws")) throw new ConfigException(json.get("throws").asText());
                    List<Object> values = new ArrayList<>();
                    json.path("values").forEach(each -> values.add(plain(each)));
                    return values;
                }

                @Override
                public boolean visible(String name, Map<String, Object> parsed) {
                    JsonNode when = json.get("visibleWhen");
                    if (when == null) return true;
                    Object got = parsed.get(when.get("key").asText());
                    return got != null && got.equals(plain(when.get("equals")));
                }
            };
        }
    }
}
