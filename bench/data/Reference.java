import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Cast;
import org.apache.kafka.connect.transforms.InsertField;
import org.apache.kafka.connect.transforms.ReplaceField;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Runs one row of the benchmark on the reference's classes: for each line with a number of
 * milliseconds on standard input it goes over the records for so long and prints how many they
 * were, the nanoseconds, and those of CPU time of the process. First it prints the bytes of all results as JSON, for comparison.
 */
public class Reference {
    interface Row {
        /** Goes once over all records. */
        void run() throws Exception;

        /** Results, for comparison with those of others. */
        List<SchemaAndValue> results() throws Exception;
    }

    /** Keeps results from being optimized away. */
    static volatile Object kept;

    public static void main(String[] args) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(args[1]));
        String schema = lines.get(0);
        List<byte[]> plain = new ArrayList<>();
        List<byte[]> enveloped = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            plain.add(line.getBytes(StandardCharsets.UTF_8));
            enveloped.add(("{\"schema\":" + schema + ",\"payload\":" + line + "}").getBytes(StandardCharsets.UTF_8));
        }
        Row row = row(args[0], plain, enveloped, lines.get(1));
        System.out.println(sizeOf(row.results()));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null;) {
            long limit = Long.parseLong(line) * 1_000_000;
            long cpuStart = system.getProcessCpuTime();
            long start = System.nanoTime();
            long records = 0;
            do {
                row.run();
                records += plain.size();
            } while (System.nanoTime() - start < limit);
            long cpu = system.getProcessCpuTime() - cpuStart;
            System.out.println(records + " " + (System.nanoTime() - start) + " " + cpu);
        }
    }

    static Row row(String name, List<byte[]> plain, List<byte[]> enveloped, String avro) throws Exception {
        switch (name) {
            case "json-read": return reading(converter(false), plain);
            case "json-write": return writing(converter(false), plain);
            case "envelope-read": return reading(converter(true), enveloped);
            case "envelope-write": return writing(converter(true), enveloped);
            case "chain": return chain(values(converter(false), plain));
            case "chain-struct": return chain(values(converter(true), enveloped));
            case "avro-read": return new AvroRow(values(converter(true), enveloped), avro, true);
            case "avro-write": return new AvroRow(values(converter(true), enveloped), avro, false);
            default: throw new IllegalArgumentException(name);
        }
    }

    static JsonConverter converter(boolean hasSchemas) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", String.valueOf(hasSchemas)), false);
        return converter;
    }

    static long sizeOf(List<SchemaAndValue> results) {
        JsonConverter plain = converter(false);
        long bytes = 0;
        for (SchemaAndValue each : results) bytes += plain.fromConnectData("topic", each.schema(), each.value()).length;
        return bytes;
    }

    static List<SchemaAndValue> values(JsonConverter converter, List<byte[]> texts) {
        List<SchemaAndValue> values = new ArrayList<>();
        for (byte[] text : texts) values.add(converter.toConnectData("topic", text));
        return values;
    }

    static Row reading(JsonConverter converter, List<byte[]> texts) {
        return new Row() {
            @Override
            public void run() {
                for (byte[] text : texts) kept = converter.toConnectData("topic", text);
            }

            @Override
            public List<SchemaAndValue> results() {
                return values(converter, texts);
            }
        };
    }

    static Row writing(JsonConverter converter, List<byte[]> texts) {
        List<SchemaAndValue> values = values(converter, texts);
        return new Row() {
            @Override
            public void run() {
                for (SchemaAndValue each : values)
                    kept = converter.fromConnectData("topic", each.schema(), each.value());
            }

            @Override
            public List<SchemaAndValue> results() {
                List<byte[]> written = new ArrayList<>();
                for (SchemaAndValue each : values)
                    written.add(converter.fromConnectData("topic", each.schema(), each.value()));
                return values(converter, written);
            }
        };
    }

    static Row chain(List<SchemaAndValue> values) {
        Transformation<SinkRecord> cast = new Cast.Value<>();
        cast.configure(Map.of("spec", "quantity:int64,paid:string"));
        Transformation<SinkRecord> replace = new ReplaceField.Value<>();
        replace.configure(Map.of("exclude", "note", "renames", "customer:buyer"));
        Transformation<SinkRecord> insert = new InsertField.Value<>();
        insert.configure(Map.of("topic.field", "topic", "static.field", "origin", "static.value", "bench"));
        List<SinkRecord> records = new ArrayList<>();
        for (SchemaAndValue each : values)
            records.add(new SinkRecord("orders", 0, null, null, each.schema(), each.value(), records.size()));
        return new Row() {
            SinkRecord apply(SinkRecord record) {
                return insert.apply(replace.apply(cast.apply(record)));
            }

            @Override
            public void run() {
                for (SinkRecord record : records) kept = apply(record);
            }

            @Override
            public List<SchemaAndValue> results() {
                List<SchemaAndValue> results = new ArrayList<>();
                for (SinkRecord record : records) {
                    SinkRecord result = apply(record);
                    results.add(new SchemaAndValue(result.valueSchema(), result.value()));
                }
                return results;
            }
        };
    }

    /** Avro's own generic records, and the plainest conversion to and from structs. */
    static class AvroRow implements Row {
        private final org.apache.avro.Schema avro;
        private final Schema schema;
        private final boolean isRead;
        private final List<Struct> structs = new ArrayList<>();
        private final List<byte[]> encoded = new ArrayList<>();
        private final GenericDatumReader<GenericRecord> reader;
        private final GenericDatumWriter<GenericRecord> writer;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private BinaryEncoder encoder;
        private BinaryDecoder decoder;

        AvroRow(List<SchemaAndValue> values, String avroText, boolean isRead) throws Exception {
            this.avro = new org.apache.avro.Schema.Parser().parse(avroText);
            this.schema = values.get(0).schema();
            this.isRead = isRead;
            this.reader = new GenericDatumReader<>(avro);
            this.writer = new GenericDatumWriter<>(avro);
            for (SchemaAndValue each : values) {
                structs.add((Struct) each.value());
                encoded.add(write((Struct) each.value()));
            }
        }

        byte[] write(Struct struct) throws Exception {
            out.reset();
            encoder = EncoderFactory.get().directBinaryEncoder(out, encoder);
            writer.write((GenericRecord) toAvro(avro, struct), encoder);
            encoder.flush();
            return out.toByteArray();
        }

        Struct read(byte[] bytes) throws Exception {
            decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
            return (Struct) toConnect(schema, reader.read(null, decoder));
        }

        static Object toAvro(org.apache.avro.Schema avro, Object value) {
            if (value == null) return null;
            switch (avro.getType()) {
                case UNION:
                    return toAvro(avro.getTypes().get(avro.getTypes().get(0).isNullable() ? 1 : 0), value);
                case RECORD: {
                    Struct struct = (Struct) value;
                    GenericRecord record = new GenericData.Record(avro);
                    for (org.apache.avro.Schema.Field field : avro.getFields())
                        record.put(field.pos(), toAvro(field.schema(), struct.get(field.name())));
                    return record;
                }
                case ARRAY: {
                    List<Object> list = new ArrayList<>();
                    for (Object each : (List<?>) value) list.add(toAvro(avro.getElementType(), each));
                    return list;
                }
                default:
                    return value;
            }
        }

        static Object toConnect(Schema schema, Object value) {
            if (value == null) return null;
            switch (schema.type()) {
                case STRUCT: {
                    GenericRecord record = (GenericRecord) value;
                    Struct struct = new Struct(schema);
                    for (Field field : schema.fields())
                        struct.put(field, toConnect(field.schema(), record.get(field.index())));
                    return struct;
                }
                case ARRAY: {
                    List<Object> list = new ArrayList<>();
                    for (Object each : (List<?>) value) list.add(toConnect(schema.valueSchema(), each));
                    return list;
                }
                case STRING:
                    return value.toString();
                default:
                    return value;
            }
        }

        @Override
        public void run() throws Exception {
            if (isRead) for (byte[] bytes : encoded) kept = read(bytes);
            else for (Struct struct : structs) kept = write(struct);
        }

        @Override
        public List<SchemaAndValue> results() throws Exception {
            List<SchemaAndValue> results = new ArrayList<>();
            for (byte[] bytes : encoded) results.add(new SchemaAndValue(schema, read(bytes)));
            return results;
        }
    }
}
