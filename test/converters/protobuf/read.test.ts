import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigProps } from '../../../src/config/props.ts'
import type { SchemaAndValue, Struct } from '../../../src/sdk/index.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

function read(file: string, hex: string, props: ConfigProps = {}): SchemaAndValue {
  return decode(createFormat(props), file, Buffer.from(hex, 'hex'))
}

const proto3 = (messages: string) => `syntax = "proto3"; package a.b; ${messages}`

test('absent fields are zero, lists and maps are empty, messages are null', () => {
  const file = proto3(`message M {
    int32 n = 1; int64 l = 2; string s = 3; bool b = 4; bytes y = 5; double d = 6; E e = 7;
    repeated int32 list = 8; map<string, int32> map = 9; M m = 10; optional int32 o = 11;
    enum E { ZERO = 0; ONE = 1; }
  }`)
  const { value } = read(file, '00')
  assert.equal(
    String(value).replace(/\[B@\w+/, 'bytes'),
    'Struct{n=0,l=0,s=,b=false,y=bytes,d=0.0,e=ZERO,list=[],map={}}',
  )
})

test('unsigned numbers of 32 bits are long, those of 64 keep their bits', () => {
  const file = proto3('message M { uint32 u = 1; fixed32 f = 2; uint64 l = 3; sint32 z = 4; }')
  const { schema, value } = read(file, '0008ffffffff0f15ffffffff18ffffffffffffffffff012001')
  assert.equal(String(value), 'Struct{u=4294967295,f=4294967295,l=-1,z=-1}')
  assert.deepEqual(
    schema?.fields.map((field) => [field.schema.type, ...(field.schema.parameters ?? [])]),
    [
      [
        'INT64',
        ['io.confluent.connect.protobuf.Type', 'uint32'],
        ['io.confluent.connect.protobuf.Tag', '1'],
      ],
      [
        'INT64',
        ['io.confluent.connect.protobuf.Type', 'fixed32'],
        ['io.confluent.connect.protobuf.Tag', '2'],
      ],
      [
        'INT64',
        ['io.confluent.connect.protobuf.Type', 'uint64'],
        ['io.confluent.connect.protobuf.Tag', '3'],
      ],
      [
        'INT32',
        ['io.confluent.connect.protobuf.Type', 'sint32'],
        ['io.confluent.connect.protobuf.Tag', '4'],
      ],
    ],
  )
})

const choice = proto3(`message M {
  oneof id { int32 number = 1; string name = 2; M other = 3; }
  int32 n = 4;
}`)

test('a oneof is a struct of which one field is set', () => {
  const { schema, value } = read(choice, '001201612005')
  assert.equal(String(value), 'Struct{id_0=Struct{name=a},n=5}')
  assert.equal(schema?.field('id_0')?.schema.name, 'io.confluent.connect.protobuf.Union.id')
  assert.equal(String(read(choice, '002005').value), 'Struct{n=5}')
  // A zero that is there is a zero, and the last member counts.
  assert.equal(String(read(choice, '001201610800').value), 'Struct{id_0=Struct{number=0},n=0}')
})

test('generate.index.for.unions and flatten.unions change where the members of a oneof are', () => {
  const plain = read(choice, '00120161', { 'generate.index.for.unions': 'false' })
  assert.equal(String(plain.value), 'Struct{id=Struct{name=a},n=0}')
  const flat = { 'flatten.unions': 'true' }
  assert.equal(String(read(choice, '00120161', flat).value), 'Struct{name=a,n=0}')
  assert.equal(String(read(choice, '001201610807', flat).value), 'Struct{number=7,n=0}')
})

test('a oneof that was read is written as it was', () => {
  const format = createFormat()
  for (const hex of ['001201612005', '000800', '001a022001', '00']) {
    const { schema, value } = decode(format, choice, Buffer.from(hex, 'hex'))
    assert.ok(schema !== null)
    // The struct is one without a package, so its file is another one with the same fields.
    assert.equal(encode(format, schema, value).toString('hex'), hex)
  }
})

test('generalized.sum.type.support marks oneofs and enums in the way of all formats', () => {
  const file = proto3('message M { oneof u { int32 i = 1; } E e = 2; enum E { A = 0; } }')
  const { schema } = read(file, '00', { 'generalized.sum.type.support': 'true' })
  const union = schema?.field('u_0')?.schema
  assert.deepEqual(
    [union?.name, ...(union?.parameters ?? [])],
    ['u', ['org.apache.kafka.connect.data.Union', 'u']],
  )
  assert.equal(
    schema?.field('e')?.schema.parameters?.get('org.apache.kafka.connect.data.Enum.A'),
    '0',
  )
})

test('enums are names, or numbers with int.for.enums; a number without name is named after itself', () => {
  const file = proto3('message M { E e = 1; repeated E all = 2; enum E { A = 0; B = 1; } }')
  assert.equal(
    String(read(file, '0008011203000109').value),
    'Struct{e=B,all=[A, B, UNKNOWN_ENUM_VALUE_E_9]}',
  )
  const numbers = read(file, '0008011203000109', { 'int.for.enums': 'true' })
  assert.equal(String(numbers.value), 'Struct{e=1,all=[0, 1, 9]}')
})

test('enhanced.protobuf.schema.support names schemas with their package', () => {
  const file = proto3('message M { N n = 1; map<string, int32> tags = 2; message N {} }')
  const names = (props: ConfigProps) => {
    const { schema } = read(file, '00', props)
    return [schema?.name, schema?.field('n')?.schema.name, schema?.field('tags')?.schema.name]
  }
  assert.deepEqual(names({}), ['M', 'N', 'tags'])
  assert.deepEqual(names({ 'enhanced.protobuf.schema.support': 'true' }), [
    'a.b.M',
    'a.b.M.N',
    'a.b.M.tags',
  ])
})

const proto2 = `package a; message M {
  required int32 r = 1; optional int32 o = 2 [default = 7]; optional string s = 3 [default = "x"];
  optional E e = 4 [default = B]; repeated int32 list = 5; enum E { A = 1; B = 2; }
}`

test('fields of proto2 that are absent are null, or their defaults without optional.for.proto2', () => {
  assert.equal(String(read(proto2, '000801').value), 'Struct{r=1,list=[]}')
  const defaults = read(proto2, '000801', { 'optional.for.proto2': 'false' })
  assert.equal(String(defaults.value), 'Struct{r=1,o=7,s=x,e=B,list=[]}')
})

test('a required field that is absent is an error, an unknown number of an enum is none', () => {
  assert.throws(() => read(proto2, '00'), {
    code: 'SERIALIZATION',
    message: /^message a\.M lacks its required field r \(byte 0/,
  })
  assert.equal(String(read(proto2, '0008012009').value), 'Struct{r=1,list=[]}')
})

test('elements of a list have the number of the field in which their message is first, as in the reference', () => {
  const file = `syntax = "proto3"; import "google/type/date.proto"; message M {
    google.type.Date d = 1; repeated google.type.Date ds = 2; N n = 3; repeated N ns = 4;
    repeated O os = 5; O o = 6; message N {} message O {}
  }`
  const { schema } = read(file, '00')
  const tags = ['ds', 'ns', 'os'].map((name) => {
    const { valueSchema } = schema?.field(name)?.schema ?? {}
    return valueSchema?.parameters?.get('io.confluent.connect.protobuf.Tag') ?? null
  })
  assert.deepEqual(tags, [null, '3', null])
})

test('lists are read packed and unpacked, and over several pieces', () => {
  const file = proto3('message M { repeated int32 n = 1; repeated double d = 2; }')
  assert.equal(
    String(read(file, '000a0201020803120800000000000000401100000000000000400a0104').value),
    'Struct{n=[1, 2, 3, 4],d=[2.0, 2.0]}',
  )
})

test('a message that comes in pieces is one message', () => {
  const file = proto3('message M { N n = 1; message N { int32 a = 1; int32 b = 2; } }')
  assert.equal(String(read(file, '000a0208010a021002').value), 'Struct{n=Struct{a=1,b=2}}')
})

test('unknown fields of each kind are passed over, also groups', () => {
  const file = proto3('message M { int32 n = 1; }')
  assert.equal(
    String(read(file, '005001590102030405060708620161fd060102030473087b740805').value),
    'Struct{n=5}',
  )
})

test('fields of another wire type are passed over, also groups', () => {
  const file = proto3('message M { int32 n = 1; repeated string s = 2; oneof u { int64 l = 3; } }')
  assert.equal(
    String(read(file, '000b08050c0d01020304130a0161141b08011c0801').value),
    'Struct{n=1,s=[]}',
  )
})

test('an unknown number of an enum of proto2 leaves its oneof as it was', () => {
  const file = 'message M { oneof u { E e = 1; int32 n = 2; } enum E { A = 0; } }'
  assert.equal(String(read(file, '0010050807').value), 'Struct{u_0=Struct{n=5}}')
})

test('generate.struct.for.nulls reads a struct of defaults', () => {
  const file = proto3(
    'message M { N n = 1; optional int32 o = 2; M m = 3; message N { int32 a = 1; } }',
  )
  assert.equal(String(read(file, '00').value), 'Struct{}')
  const generated = read(file, '00', { 'generate.struct.for.nulls': 'true' })
  assert.equal(String(generated.value), 'Struct{n=Struct{a=0},o=0}')
})

test('a message that contains itself is read and written', () => {
  const format = createFormat()
  const file = proto3(
    'message Tree { string name = 1; repeated Tree children = 2; Tree left = 3; }',
  )
  const bytes = Buffer.from('000a016112050a01621a00', 'hex')
  const { schema, value } = decode(format, file, bytes)
  assert.equal(
    String(value),
    'Struct{name=a,children=[Struct{name=b,children=[],left=Struct{name=,children=[]}}]}',
  )
  assert.ok(schema !== null)
  ;(value as Struct).validate()
  assert.deepEqual(encode(format, schema, value), bytes)
})

test('the list of message indexes chooses the message', () => {
  const file = proto3(
    'message A { message X { int32 x = 1; } message Y { int32 y = 1; } } message B { int32 b = 1; }',
  )
  assert.equal(String(read(file, '0202' + '0801').value), 'Struct{b=1}')
  assert.equal(String(read(file, '04' + '00' + '02' + '0801').value), 'Struct{y=1}')
  assert.equal(String(read(file, '02' + '00').value), 'Struct{}')
  assert.throws(() => read(file, '0206'), {
    code: 'DATA_INVALID',
    message: /schema with id 1 has no message at 3/,
  })
  assert.throws(() => read(file, '01'), { code: 'SERIALIZATION', message: /count of -1/ })
})

test('imports are found among the references and the well-known files', () => {
  const main = `syntax = "proto3"; package a; import "acme/line.proto"; import "google/protobuf/timestamp.proto"; import "google/type/money.proto";
    message M { acme.Line line = 1; google.protobuf.Timestamp at = 2; google.type.Money price = 3; }`
  const line = 'syntax = "proto3"; package acme; message Line { string sku = 1; }'
  const format = createFormat()
  const bytes = Buffer.from('000a030a0161120208011a050a03455552', 'hex')
  const { value } = format.reader(stored(main, { 'acme/line.proto': line }), null, null)(
    bytes,
    0,
    bytes.length,
  )
  assert.equal(
    String(value),
    'Struct{line=Struct{sku=a},at=Thu Jan 01 00:00:01 UTC 1970,price=Struct{currency_code=EUR,units=0,nanos=0}}',
  )
  assert.throws(() => format.reader(stored(main), null, null), {
    code: 'SERIALIZATION',
    message: /The import "acme\/line\.proto" of the schema with id 1 is not among its references/,
  })
})

test('data is read into the latest schema where that is asked for', () => {
  const format = createFormat()
  const old = stored(proto3('message M { int32 a = 1; }'))
  const latest = {
    ...stored(proto3('message X {} message M { int32 a = 1; string b = 2; }')),
    version: 3,
  }
  const bytes = Buffer.from('000805', 'hex')
  const { schema, value } = format.reader(old, 1, latest)(bytes, 0, bytes.length)
  assert.equal(String(value), 'Struct{a=5,b=}')
  assert.equal(schema?.version, 3)
})

test('files that come with Protobuf need not be registered', () => {
  const known = `confluent/meta confluent/type/decimal confluent/type/variant google/protobuf/any
    google/protobuf/descriptor google/protobuf/duration google/protobuf/empty
    google/protobuf/field_mask google/protobuf/source_context google/protobuf/struct
    google/protobuf/timestamp google/protobuf/wrappers google/type/calendar_period google/type/color
    google/type/date google/type/datetime google/type/dayofweek google/type/decimal google/type/expr
    google/type/fraction google/type/interval google/type/latlng google/type/money google/type/month
    google/type/phone_number google/type/postal_address google/type/quaternion
    google/type/timeofday`.split(/\s+/)
  const imports = known.map((path) => `import "${path}.proto";`).join('\n')
  const file = `syntax = "proto3"; ${imports} message M { google.protobuf.Struct s = 1; google.type.Interval i = 2; }`
  const { value } = read(file, '000a0b0a090a0161120420011a00')
  assert.match(String(value), /^Struct\{s=Struct\{fields=\{a=/)
})

test('messages nested in messages of ever more types are refused', () => {
  const types = Array.from(
    { length: 5000 },
    (_, index) => `message M${index} { M${index + 1} m = 1; }`,
  )
  const file = `syntax = "proto3"; ${types.join(' ')} message M5000 {}`
  assert.throws(() => read(file, '00'), {
    code: 'DATA_INVALID',
    message: /nested deeper than 200 messages/,
  })
})

const badFiles: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['no text', 'hello', /is not a Protobuf schema: illegal token 'hello' \(line 1\)/],
  ['a cut text', 'syntax = "proto3"; message M { int32 a = 1', /is not a Protobuf schema/],
  [
    'a number too large',
    'message M { optional int32 a = 536870912; }',
    /is not from 1 to 536870911/,
  ],
  [
    'a number used twice',
    'message M { optional int32 a = 1; optional int32 b = 1; }',
    /duplicate id 1|both have number 1/,
  ],
  [
    'a type that is not there',
    'message M { optional Gone a = 1; }',
    /the type Gone of field a of message M/,
  ],
  ['a group', 'message M { optional group G = 1 { optional int32 a = 2; } }', /is a group/],
  ['a name that objects have', 'message __proto__ { }', /uses the name __proto__/],
  ['endless nesting', 'message M {'.repeat(50_000), /is not a Protobuf schema: max depth exceeded/],
]

for (const [what, text, message] of badFiles) {
  test(`a schema with ${what} is refused`, () => {
    assert.throws(() => read(text, '00'), { code: 'SERIALIZATION', message })
  })
}
