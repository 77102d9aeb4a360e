/** Values where implementations tend to differ. */
export const integers: readonly string[] = [
  ...['0', '1', '-1', '7', '42', '127', '128', '-128', '-129', '255', '300', '32767', '-32769'],
  ...['65536', '2147483647', '-2147483648', '2147483648', '3000000000', '9007199254740993'],
  ...['9223372036854775807', '-9223372036854775808', '86399999', '86400000', '1566570894346'],
]

export const doubles: ReadonlyArray<number | string> = [
  ...[0, 1, -1, 0.1, 0.5, -2.75, 1.5, 100, 1e7, 12345678.9, 1e10, 1e-3, 9.999e-4, 1e21, 1e22],
  ...[1e-5, 123456.789, 3.4028234663852886e38, 1e39, 5e-324, 1.7976931348623157e308, 1e-46],
  ...['NaN', 'Infinity', '-Infinity', '-0.0', 2 ** 53 + 2, 0.30000000000000004, 1 / 3],
]

export const texts: readonly string[] = [
  ...['', ' ', 'x', 'text', 'true', 'TRUE', 'false', 'null', '0', '1', '-1', '+5', '12', '300'],
  ...[
    '1.5',
    '1e3',
    '.5',
    '5.',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x1F',
    '0x1p3',
    '1f',
    '2D',
    '1_000',
  ],
  ...['99999999999', '9223372036854775808', '1e400', '1e-400', '00012', ' 12 ', '１２', '１.５'],
  ...['2019-08-23', '14:34:54.346Z', '2019-08-23T14:34:54.346Z', '2019-13-45', '0000-00-00'],
  ...['[1,2]', '{"a":1}', '{1:2}', '[a]', '"quoted"', 'a"b\\c', 'grüße', '😀', '\u0000', '\ud83d'],
  ...['\n', '\t1', 'a,b', 'a:b', 'a.b', '`q`', '\u00a0', '\u2028', '\u007f', '\u0085', '\u{1d7d9}'],
]

export const base64s: readonly string[] = [
  '',
  'AA==',
  '/w==',
  'AJw=',
  'YWJj',
  'AQIDBAU=',
  'WzFd',
  '//4=',
]

export const names: readonly string[] = [
  ...['a', 'b', 'c', 'd', 'in', 'ts', 'x', 'a.b', '', '__proto__', 'constructor', '-1', '01'],
  ...['magic', 'opt', 'm', 'o', 't', 'k'],
]

/** Texts of JSON that something may choke on. */
export const jsonTokens: readonly string[] = [
  ...['{', '}', '[', ']', ',', ':', '"', 'null', 'true', 'false', 'NaN', '1', '-', '1.0', '1e5'],
  ...['1E400', '-0', '-0.0', '0012', '1.', '.5', '+1', '1.10', '99999999999999999999', '1e-7', ' '],
  ...['"a"', '"\\u0041"', '"\\ud83d"', '"\\ud83d\\ude00"', '"\\x"', '"\n"', '//c', '/*c*/', "'a'"],
  ...['"schema"', '"payload"', '"type"', '"int8"', '"optional"', '\ufeff', '\u00a0', '\t', '\r\n'],
  ...['123456789012345678', '0.1', '1.23456789012345678901234567890', '12345678901234567.5', '1e1'],
]

export const datePatterns: readonly string[] = [
  ...['yyyy-MM-dd', "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", 'yyyyMMdd', 'yyyy MM dd HH mm ss SSS z'],
  ...['YYYY-ww', 'EEE, d MMM yyyy HH:mm:ss Z', 'hh:mm a', 'D', 'F', 'u', 'W', 'w', 'k', 'K', 'X'],
  ...['XX', 'XXX', 'G yyyy', 'yy', 'y', 'M', 'MMM', 'MMMM', 'LLL', 'L', 'EEEE', 'ss.S', 'SSSSSS'],
  ...["h 'o''clock'", "''", 'H', 'zzzz', 'dd/MM/yy', "'Q'yyyy", 'yyyy.MM.dd G', 'yyyyy.MMMMM.dd'],
  ...['mm', 'HHmmss', 'yyyy-DDD', "yyyy-'W'ww-u", 'EEEEE MMMMM yyyy', 'd-M-y', 'ddMMyyyyHHmmssSSS'],
]

export const topics: readonly string[] = [
  ...['orders', 'a.b', 'my-topic-12', 'ORDERS', '', 'o', 'abc-123', 'x\ny', 'größe'],
]

export const patterns: readonly string[] = [
  ...['.*', 'or.*', '(.*)-(\\d+)', '[a-z]+', '(?i)ORDERS', '(a|o)(r?).*', '\\w+\\.\\w', '[^-]*-.*'],
  ...['(?<x>\\w)(.*)', '\\Qa.b\\E', '\\p{Lower}+', '\\p{L}*', 'a*+b', '(?=o)orders', 'o++rders'],
  ...[
    '[a-f&&[^o]]*',
    '^orders$',
    '\\bord.*',
    '(?:or)(d)?ers',
    '\\x6frders',
    '[\\w&&[^r]]+',
    '\\h*',
  ],
  ...['(', '[', 'a{2,1}', '*', 'a**', '\\', '(?<1>a)', '\\k<x>', '(?z)', '[a-', 'a{', '}', ']', ''],
  ...[
    'a++b',
    '[^-]*+-.*',
    '\\w++',
    'or?+d',
    'x{1,2}+y',
    '\\d{2}+.',
    '(?:ab)++',
    '(?>a|b)',
    '\\.++',
    '(o)rders\\1?',
    '\\p{Alpha}{6}',
    '.{6}',
    '(?s).*',
    '(?x) or ders',
    '\\Aorders\\z',
    '\\R?.*',
  ],
  ...[
    '\\d{1,3}',
    '\\p{IsAlphabetic}+',
    '\\p{javaLowerCase}+',
    '(or)+?(.*)',
    '\\G.*',
    '[[a-m][n-z]]+',
  ],
]

export const replacements: readonly string[] = [
  ...['x', '$1', '$0', `\${x}`, '$2-$1', '$', '\\$1', '$10', '\\', '', '$a', '${', 'a$1b$2', '$3'],
]

export const logicalNames: readonly string[] = ['Decimal', 'Date', 'Time', 'Timestamp'].map(
  (name) => `org.apache.kafka.connect.data.${name}`,
)
