import type { ProtoFile } from './descriptor.ts'
import { linkProto } from './proto-link.ts'
import { parseProto } from './proto-parse.ts'

export const WRAPPERS_PATH = 'google/protobuf/wrappers.proto'

/**
 * Files that a schema may import without bringing them along, as Confluent's registry has it. Only
 * what makes their messages: the definitions are those of Protobuf, googleapis and Confluent.
 */
const files: Readonly<Record<string, readonly [packageName: string, content: string]>> = {
  'confluent/meta.proto': [
    'confluent',
    `message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; repeated Rule rules = 4; }
     message Rule { string name = 1; string doc = 2; string expr = 3; string sql = 4; }
     extend google.protobuf.FileOptions { Meta file_meta = 1088; }
     extend google.protobuf.MessageOptions { Meta message_meta = 1088; }
     extend google.protobuf.FieldOptions { Meta field_meta = 1088; }
     extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }
     extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }`,
  ],
  'confluent/type/decimal.proto': [
    'confluent.type',
    'message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
  ],
  'confluent/type/variant.proto': [
    'confluent.type',
    'message Variant { bytes metadata = 1; bytes value = 2; }',
  ],
  'google/protobuf/any.proto': [
    'google.protobuf',
    'message Any { string type_url = 1; bytes value = 2; }',
  ],
  // Only options are defined by it, which no message has.
  'google/protobuf/descriptor.proto': ['google.protobuf', ''],
  'google/protobuf/duration.proto': [
    'google.protobuf',
    'message Duration { int64 seconds = 1; int32 nanos = 2; }',
  ],
  'google/protobuf/empty.proto': ['google.protobuf', 'message Empty {}'],
  'google/protobuf/field_mask.proto': [
    'google.protobuf',
    'message FieldMask { repeated string paths = 1; }',
  ],
  'google/protobuf/source_context.proto': [
    'google.protobuf',
    'message SourceContext { string file_name = 1; }',
  ],
  'google/protobuf/struct.proto': [
    'google.protobuf',
    `message Struct { map<string, Value> fields = 1; }
     message Value {
       oneof kind {
         NullValue null_value = 1; double number_value = 2; string string_value = 3;
         bool bool_value = 4; Struct struct_value = 5; ListValue list_value = 6;
       }
     }
     enum NullValue { NULL_VALUE = 0; }
     message ListValue { repeated Value values = 1; }`,
  ],
  'google/protobuf/timestamp.proto': [
    'google.protobuf',
    'message Timestamp { int64 seconds = 1; int32 nanos = 2; }',
  ],
  'google/protobuf/wrappers.proto': [
    'google.protobuf',
    `message DoubleValue { double value = 1; }
     message FloatValue { float value = 1; }
     message Int64Value { int64 value = 1; }
     message UInt64Value { uint64 value = 1; }
     message Int32Value { int32 value = 1; }
     message UInt32Value { uint32 value = 1; }
     message BoolValue { bool value = 1; }
     message StringValue { string value = 1; }
     message BytesValue { bytes value = 1; }`,
  ],
  'google/type/calendar_period.proto': [
    'google.type',
    `enum CalendarPeriod {
       CALENDAR_PERIOD_UNSPECIFIED = 0; DAY = 1; WEEK = 2; FORTNIGHT = 3; MONTH = 4; QUARTER = 5;
       HALF = 6; YEAR = 7;
     }`,
  ],
  'google/type/color.proto': [
    'google.type',
    'message Color { float red = 1; float green = 2; float blue = 3; google.protobuf.FloatValue alpha = 4; }',
  ],
  'google/type/date.proto': [
    'google.type',
    'message Date { int32 year = 1; int32 month = 2; int32 day = 3; }',
  ],
  'google/type/datetime.proto': [
    'google.type',
    `message DateTime {
       int32 year = 1; int32 month = 2; int32 day = 3; int32 hours = 4; int32 minutes = 5;
       int32 seconds = 6; int32 nanos = 7;
       oneof time_offset { google.protobuf.Duration utc_offset = 8; TimeZone time_zone = 9; }
     }
     message TimeZone { string id = 1; string version = 2; }`,
  ],
  'google/type/dayofweek.proto': [
    'google.type',
    `enum DayOfWeek {
       DAY_OF_WEEK_UNSPECIFIED = 0; MONDAY = 1; TUESDAY = 2; WEDNESDAY = 3; THURSDAY = 4;
       FRIDAY = 5; SATURDAY = 6; SUNDAY = 7;
     }`,
  ],
  'google/type/decimal.proto': ['google.type', 'message Decimal { string value = 1; }'],
  'google/type/expr.proto': [
    'google.type',
    'message Expr { string expression = 1; string title = 2; string description = 3; string location = 4; }',
  ],
  'google/type/fraction.proto': [
    'google.type',
    'message Fraction { int64 numerator = 1; int64 denominator = 2; }',
  ],
  'google/type/interval.proto': [
    'google.type',
    'message Interval { google.protobuf.Timestamp start_time = 1; google.protobuf.Timestamp end_time = 2; }',
  ],
  'google/type/latlng.proto': [
    'google.type',
    'message LatLng { double latitude = 1; double longitude = 2; }',
  ],
  'google/type/money.proto': [
    'google.type',
    'message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }',
  ],
  'google/type/month.proto': [
    'google.type',
    `enum Month {
       MONTH_UNSPECIFIED = 0; JANUARY = 1; FEBRUARY = 2; MARCH = 3; APRIL = 4; MAY = 5; JUNE = 6;
       JULY = 7; AUGUST = 8; SEPTEMBER = 9; OCTOBER = 10; NOVEMBER = 11; DECEMBER = 12;
     }`,
  ],
  'google/type/phone_number.proto': [
    'google.type',
    `message PhoneNumber {
       message ShortCode { string region_code = 1; string number = 2; }
       oneof kind { string e164_number = 1; ShortCode short_code = 2; }
       string extension = 3;
     }`,
  ],
  'google/type/postal_address.proto': [
    'google.type',
    `message PostalAddress {
       int32 revision = 1; string region_code = 2; string language_code = 3; string postal_code = 4;
       string sorting_code = 5; string administrative_area = 6; string locality = 7;
       string sublocality = 8; repeated string address_lines = 9; repeated string recipients = 10;
       string organization = 11;
     }`,
  ],
  'google/type/quaternion.proto': [
    'google.type',
    'message Quaternion { double x = 1; double y = 2; double z = 3; double w = 4; }',
  ],
  'google/type/timeofday.proto': [
    'google.type',
    'message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }',
  ],
}

const imports: Readonly<Record<string, string>> = {
  'confluent/meta.proto': 'google/protobuf/descriptor.proto',
  'google/type/color.proto': 'google/protobuf/wrappers.proto',
  'google/type/datetime.proto': 'google/protobuf/duration.proto',
  'google/type/interval.proto': 'google/protobuf/timestamp.proto',
}

/** What the wrappers' file says for generators of code. */
const wrappersOptions = [
  'java_package = "com.google.protobuf"',
  'java_outer_classname = "WrappersProto"',
  'java_multiple_files = true',
  'go_package = "google.golang.org/protobuf/types/known/wrapperspb"',
  'cc_enable_arenas = true',
  'objc_class_prefix = "GPB"',
  'csharp_namespace = "Google.Protobuf.WellKnownTypes"',
]

const known = new Map<string, ProtoFile>()

/** @returns null when the file is none of the well-known ones. */
export function wellKnownFile(path: string): ProtoFile | null {
  const file = known.get(path)
  if (file !== undefined) return file
  const text = wellKnownText(path)
  if (text === null) return null
  const imported = imports[path] === undefined ? null : wellKnownFile(imports[path])
  const parsed = linkProto(parseProto(text, path), imported === null ? [] : [imported])
  const linked = path === WRAPPERS_PATH ? { ...parsed, options: wrappersOptions } : parsed
  known.set(path, linked)
  return linked
}

/** The file as a schema for registries that don't bring it along. */
export function wellKnownText(path: string): string | null {
  if (!Object.hasOwn(files, path)) return null
  const [packageName, content] = files[path] as (typeof files)[string]
  const imported = imports[path] === undefined ? '' : `import "${imports[path]}";\n`
  return `syntax = "proto3";\npackage ${packageName};\n${imported}${content}\n`
}
