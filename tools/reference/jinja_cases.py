"""Writes tests/golden/prompt/jinja_cases.json: small templates as real Jinja2 renders them.

    python tools/reference/jinja_cases.py

Jinja is set up as transformers sets it up (chat_environment.py).  A case is a template, and what it renders to or null
where Jinja or Python raises (integers beyond 64 bits are left out, they are an error of ours); all cases share one context, CONTEXT.
"""

import json
import pathlib

from chat_environment import environment

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "prompt" / "jinja_cases.json"

CONTEXT = {
    "none_value": None, "yes": True, "no": False, "zero": 0, "one": 1, "seven": 7, "minus": -3, "half": 0.5,
    "big": 9007199254740993, "tiny": 1e-7, "huge": 1e22, "third": 0.1, "empty": "", "word": "hello",
    "name": "Ada Lovelace", "korean": "안녕하세요 세계", "mixed": "a한b글c", "emoji": "가👨‍👩‍👧나", "spaces": "  padded\n ",
    "lines": "one\ntwo\n\nthree", "quotes": "it's \"quoted\" \\ & <b>", "csv": "a,b,,c", "numbers": [3, 1, 2],
    "words": ["pear", "Apple", "fig", "apple"], "nothing": [], "nested": [[1, 2], [3, [4, 5]]],
    "person": {"name": "Kim", "age": 30, "tags": ["x", "y"], "items": "shadowed", "inner": {"deep": {"er": 1}}},
    "people": [{"name": "Kim", "age": 30, "city": "Seoul"}, {"name": "Lee", "age": 25, "city": "busan"},
               {"name": "Park", "age": 30, "city": "Busan"}],
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi <|im_end|>"},
                 {"role": "assistant", "content": "안녕"}, {"role": "user", "content": [{"type": "text", "text": "part"}]}],
    "schema": {"type": "object", "properties": {"city": {"type": "string", "description": "도시 이름"},
                                                "days": {"type": "integer"}}, "required": ["city"]},
    "keys": {"b": 2, "A": 1, "c": {"z": [], "y": {}}},
}

EXPRESSIONS = r"""
1 + 2
1 - 5
2 * 3.5
7 / 2
7 // 2
-7 // 2
7 // -2
-7 % 3
7 % -3
7.5 % 2
-7.5 // 2
2 ** 10
2 ** -1
2 ** 0.5
2 ** 3 ** 2
-2 ** 2
1 / 0
1 % 0
1.0 // 0
10 / 5
1e3
1.5e-7
1_000
0x1F
0b101
0o17
1.0
100000000000000000.0
1e15
1e16
1e17
123456789.123
0.1 + 0.2
1/3
third
tiny
huge
big
big + 1
1e308 * 10
-1e308 * 10
true + 1
true * 3
true and 1
0 or 'x'
'' or none
none and 1
not ''
not not 5
not none
true
false
none
True
None
[true, false, none]
1 == 1.0
1 == true
'1' == 1
[1, 2] == [1, 2]
[1, 2] == (1, 2)
(1, 2) == (1, 2)
{'a': 1} == {'a': 1.0}
none == none
undefined_a == undefined_b
undefined_a == none
1 != 2
1 < 2
1 < 2 < 3
1 < 3 < 2
3 > 2 >= 2
'a' < 'b'
'가' < '나'
[1, 2] < [1, 3]
[1] < [1, 0]
1 < 'a'
none < 1
1 in [1, 2]
3 not in [1, 2]
'ell' in word
'' in word
1 in word
'name' in person
'nope' in person
'x' in undefined_a
'x' in none_value
'x' in 5
1 in (1, 2)
'a' ~ 1 ~ none ~ 2.0 ~ true
'a' + 'b'
'a' + 1
1 + 'a'
'ab' * 3
3 * 'ab'
[1] * 2
'a' * -1
[1] + [2]
(1,) + (2,)
[1] + (2,)
{'a': 1} + {'b': 2}
-seven
+seven
-'a'
-true
'a' 'b' 'c'
"tab\tnew\\n\x41\u00e9\U0001F600\101\q"
'\'' ~ "\""
"it's"
['it\'s']
['say "hi"']
['both \' and "']
[quotes]
[korean]
['\n\t\r\x00\x7f\u200b\xa0\u3000']
[emoji]
(1,)
()
(1, 2)
[]
{}
{'a': 1, 'b': [1, {'c': none}], 3: 'x', (1, 2): 4}
{'a': 1, 'a': 2}
{[1]: 2}
{none: 1, true: 2, 1.5: 3}
word[0]
word[-1]
word[10]
word[1:3]
word[:-1]
word[::-1]
word[::2]
word[3:1]
word[-100:100]
word[4:0:-2]
word[1:4:0]
korean[0]
korean[2:5]
korean[::-1]
emoji[1:-1]
emoji|length
mixed[1::2]
numbers[0]
numbers[-1]
numbers[5]
numbers[1:]
numbers[:-1]
numbers[::-1]
numbers['a']
numbers[true]
numbers[1.0]
numbers[none:2]
(1,2,3)[1:]
person[1:2]
none_value[1:]
undefined_a[1:]
person.name
person['name']
person.items
person['items']
person.missing
person['missing']
person.missing.deeper
person.inner.deep.er
person.tags.0
person.tags[1]
none_value.foo
none_value['foo']
5.foo
word.foo
undefined_a
undefined_a.foo
undefined_a['foo']
undefined_a()
undefined_a + 1
undefined_a|length
undefined_a|list
undefined_a is defined
person.missing is defined
person.name is defined
nope.nope is defined
1 if true else 2
1 if false else 2
1 if false
(1 if false) is defined
'a' if 0 else 'b' if 0 else 'c'
1 is odd
2 is even
10 is divisibleby 5
10 is divisibleby(3)
1 is not even
none is none
none_value is none
undefined_a is none
undefined_a is undefined
word is string
1 is string
1 is number
1.5 is number
true is number
true is boolean
1 is boolean
true is true
1 is true
false is false
0 is false
1 is integer
true is integer
1.0 is integer
1.0 is float
1 is float
person is mapping
numbers is mapping
numbers is sequence
word is sequence
person is sequence
1 is sequence
undefined_a is sequence
numbers is iterable
word is iterable
person is iterable
1 is iterable
none is iterable
undefined_a is iterable
range is callable
word.upper is callable
word is callable
undefined_a is callable
'abc' is lower
'ABC' is lower
'ABC' is upper
'Abc' is upper
'123' is lower
1 is eq 1
1 is equalto 1
1 is == 1
1 is ne 2
2 is gt 1
2 is greaterthan(1)
1 is lt 2
1 is lessthan 2
2 is ge 2
2 is le 1
1 is in [1, 2]
3 is in([1, 2])
'x' is in 'xyz'
none is sameas none
true is sameas(true)
1 is sameas true
'upper' is filter
'nope' is filter
'odd' is test
'nope' is test
1 is nope
1|nope
'a'|escape is escaped
'a' is escaped
word|upper
'HeLLo'|lower
korean|upper
'straße'|upper
'ÀÉÎ'|lower
name|capitalize
'hELLO wORLD'|capitalize
'hello wORLD (foo) [bar] <baz> {q} a-b a_b'|title
"it's a dog's life"|title
'hello wORLD it\'s'.title()
spaces|trim
'xxhixx'|trim('x')
'abcxcba'|trim('abc')
5|trim
none|trim
word|replace('l', 'L')
word|replace('l', 'L', 1)
word|replace('', '-')
word|replace('', '-', 2)
123|replace(2, 'x')
word|length
korean|length
numbers|length
person|length
5|length
none|length
''|length
word|count
word|first
word|last
numbers|first
numbers|last
nothing|first
nothing|last
nothing|first is defined
''|first
person|first
person|last
numbers|join
numbers|join(', ')
words|join('-')
[1, none, true, 2.5]|join('|')
people|join(', ', attribute='name')
word|join('.')
none|join
5|join
numbers|list
word|list
person|list
korean|list
none|list
undefined_a|default('d')
none_value|default('d')
none_value|default('d', true)
''|default('d')
''|default('d', true)
undefined_a|d('x')
undefined_a|default
person.missing|default('m')
0|default(5, boolean=true)
numbers|sort
words|sort
words|sort(case_sensitive=true)
numbers|sort(reverse=true)
people|sort(attribute='age')|map(attribute='name')|list
people|sort(attribute='age,name', reverse=true)|map(attribute='name')|join(' ')
people|sort(attribute='city')|map(attribute='city')|join(' ')
[1, 'a']|sort
[none, none]|sort
[[2, 1], [1, 2]]|sort
numbers|reverse|list
word|reverse
korean|reverse
person|reverse|list
numbers|min
numbers|max
nothing|min
words|min
words|max
words|max(case_sensitive=true)
people|max(attribute='age')
people|min(attribute='age')
numbers|sum
people|sum(attribute='age')
[1.5, 2]|sum
nothing|sum
numbers|sum(start=10)
[[1], [2]]|sum(start=[])
['a']|sum
words|unique|list
words|unique(case_sensitive=true)|list
[1, 1.0, true, 2]|unique|list
people|unique(attribute='age')|map(attribute='name')|list
[1,2,3,4,5,6,7]|batch(3)|list
[1,2,3,4,5,6,7]|batch(3, 'x')|list
[1,2,3,4,5,6,7]|slice(3)|list
[1,2,3,4,5,6,7]|slice(3, 'x')|list
nothing|batch(2)|list
words|map('upper')|list
words|map('upper')|map('replace', 'P', 'q')|join(' ')
words|map('length')|list
people|map(attribute='name')|list
people|map(attribute='nope')|list
people|map(attribute='nope', default='?')|list
people|map(attribute='name')|map('first')|join
numbers|map('string')|join('+')
numbers|map('nope')|list
[]|map('nope')|list
numbers|map|list
nested|map('first')|list
nested|map(attribute=0)|list
numbers|select('odd')|list
numbers|select('gt', 1)|list
numbers|select|list
[0, 1, '', 'a', none]|select|list
numbers|reject('odd')|list
[0, 1, '', 'a', none]|reject|list
people|selectattr('age', 'equalto', 30)|map(attribute='name')|list
people|selectattr('age', '==', 30)|list|length
people|selectattr('age')|list|length
people|selectattr('nope')|list
people|selectattr('nope', 'defined')|list
people|rejectattr('city', 'in', ['Seoul'])|map(attribute='name')|list
people|selectattr('age', 'nope')|list
messages|selectattr('role', 'equalto', 'user')|list|length
messages|rejectattr('role', 'eq', 'system')|map(attribute='role')|join(',')
people|groupby('age')|length
people|groupby('age')|first|first
people|groupby('city')|map('first')|list
people|groupby('city', case_sensitive=true)|map('first')|list
people|groupby('nope', default='none')|map('first')|list
person|items|list|length
keys|items|list
keys|dictsort
keys|dictsort(true)
keys|dictsort(reverse=true)
{'a': 2, 'b': 1}|dictsort(by='value')
{'a': 2, 'b': 1}|dictsort(by='nope')
undefined_a|items|list
5|items|list
word|tojson
korean|tojson
quotes|tojson
lines|tojson
'\x01\x7f\u2028'|tojson
emoji|tojson
korean|tojson(ensure_ascii=true)
emoji|tojson(ensure_ascii=true)
person|tojson
person|tojson(indent=2)
person|tojson(indent='--')
keys|tojson(sort_keys=true)
keys|tojson(indent=0)
keys|tojson(indent=none)
keys|tojson(separators=(',', ':'))
keys|tojson(indent=1, separators=(';', '='))
[]|tojson(indent=2)
{}|tojson(indent=2)
[[], {}, [[]]]|tojson(indent=2)
none|tojson
true|tojson
1.0|tojson
1e22|tojson
0.1|tojson
(1, 2)|tojson
{1: 2, none: 3, true: 4, 1.5: 5}|tojson
{(1,2): 3}|tojson
undefined_a|tojson
numbers|map('string')|tojson
range(3)|tojson
range|tojson
schema|tojson(indent=4)
schema|tojson(true, 2)
messages|tojson
5|string ~ 1
none|string
numbers|string
3.7|int
-3.7|int
'42'|int
' 42 '|int
'42.9'|int
'abc'|int
'abc'|int(7)
'abc'|int(default=-1)
'ff'|int(0, 16)
'0xff'|int(0, 16)
'1_000'|int
none|int
true|int
''|int
'-5'|int
'+5'|int
'1e3'|int
'3.5'|float
'abc'|float
'abc'|float(1.5)
5|float
none|float
'1e3'|float
'inf'|float
'nan'|float
2.5|round
3.5|round
2.567|round(2)
2.567|round(1, 'ceil')
2.567|round(1, 'floor')
7|round
1234|round(-2)
-2.5|round
2.675|round(2)
1.15|round(1)
3|round(1, 'floor')
2.5|round(method='nope')
-5|abs
5.5|abs
'a'|abs
true|abs
'a b  c-d e_f'|wordcount
korean|wordcount
''|wordcount
lines|indent
lines|indent(2)
lines|indent(2, true)
lines|indent(2, first=true, blank=true)
lines|indent('> ')
'x'|indent(4, first=true)
''|indent
'a\n'|indent
5|indent
'hi'|center(10)
'hi'|center(9)
'abc'|center(8)
'abc'.center(10, '*')
'ab'.center(5, '*')
'x'.ljust(4) ~ '|'
'x'.rjust(4, '0')
'7'.zfill(3)
'-7'.zfill(4)
'foo bar baz qux'|truncate(9)
'foo bar baz qux'|truncate(9, true)
'foo bar baz qux'|truncate(11)
'foo bar baz qux'|truncate(11, false, '...', 0)
'foo bar baz qux'|truncate(5, true, '', 0)
'%s and %s'|format('a', 1)
'%d %i %5d|%-5d|%05d %+d'|format(1, 2, 3, 4, 5, 6)
'%.2f %5.1f %e %g'|format(1.234, 5.67, 12345.678, 0.0001)
'%x %X %o %#x'|format(255, 255, 8, 255)
'%r %s'|format('a', 'a')
'%(a)s-%(b)s'|format(a=1, b=2)
'%s'|format
'%s'|format(1, 2)
'%d'|format('a')
'%%'|format
'%5s|%-5s|%.2s'|format('a', 'b', 'cde')
'%s' % 'x'
'%s %s' % ('x', 'y')
'%s' % none
'%d items' % 3
'a' % 1
'{} {}'.format(1, 'a')
'{0} {1} {0}'.format('x', 'y')
'{a} {b}'.format(a=1, b=2)
'{:>5}|{:<5}|{:^5}|'.format('a', 'b', 'c')
'{:05d} {:.2f} {:,}'.format(42, 3.14159, 1234567)
'{!r}'.format('q')
'{0.name}'.format(person)
'{0[name]}'.format(person)
'{{}} {}'.format(1)
'{}'.format()
'{nope}'.format(a=1)
'<b>&"\'</b>'|escape
'<b>'|e
'<b>'|safe
'<b>'|safe|escape
'<b>'|escape|escape
'<b>'|forceescape
'<b>'|safe + '<i>'
'<i>' + '<b>'|safe
('<b>'|safe) ~ '<i>'
('%s'|safe) % '<x>'
('<b>'|safe)|upper
('<b>'|safe)|replace('b', '<')
('<b>'|safe).replace('b', '<')
','|safe|join
['<a>', '<b>'|safe]|join(',')
('<b>'|safe)[0] + '<'
('<b>'|safe) * 2 + '<'
'a b&c/d?é=한'|urlencode
{'a b': 'c d', 'x': 1}|urlencode
[('a', 1), ('b', 2)]|urlencode
1000000|filesizeformat
1|filesizeformat
500|filesizeformat
1500000000|filesizeformat
2048|filesizeformat(true)
word|attr('upper') is callable
person|attr('name') is defined
'ab'|attr('nope') is defined
word.upper()
word.capitalize()
' x '.strip() ~ '|'
'xxhixx'.strip('x')
'  a'.lstrip() ~ '|'
'a  '.rstrip() ~ '|'
'--a--'.lstrip('-')
'\u3000가\u00a0'.strip()
csv.split(',')
csv.split(',', 1)
csv.rsplit(',', 1)
'a b  c'.split()
' a b  c '.split()
' a b  c '.split(none, 1)
' a b  c '.rsplit(none, 1)
'a b c'.split(maxsplit=1)
'a b c'.split(' ', maxsplit=1)
''.split()
''.split(',')
'abc'.split('')
'</think>x</think>y'.split('</think>')[-1]
lines.splitlines()
'a\r\nb\rc\n'.splitlines()
'a\nb'.splitlines(true)
'a,b,c'.partition(',')
'a,b,c'.rpartition(',')
'abc'.partition(',')
word.startswith('he')
word.startswith(('x', 'h'))
word.startswith('l', 2)
word.endswith('lo')
word.startswith(1)
word.find('l')
word.find('z')
word.rfind('l')
word.index('l')
word.index('z')
word.count('l')
''.count('')
'aaa'.count('aa')
'aaa'.count('')
korean.find('세')
word.replace('l', 'r')
word.replace('l', 'r', 1)
word.replace(1, 2)
'-'.join(['a', 'b'])
'-'.join('abc')
'-'.join([1])
'abc'.isalpha()
'ab1'.isalpha()
'한글'.isalpha()
'123'.isdigit()
'12.3'.isdigit()
''.isdigit()
'²'.isdigit()
'ab1'.isalnum()
' \t'.isspace()
'abc'.islower()
'ABC'.isupper()
'Hello World'.istitle()
'a_b'.isidentifier()
'abc'.isascii()
'한'.isascii()
'prefix-x'.removeprefix('prefix-')
'x.txt'.removesuffix('.txt')
person.get('name')
person.get('nope')
person.get('nope', 'd')
person.keys()|list
person.values()|list|length
keys.items()|list
keys.items()
keys.keys()
keys.values()
keys.items()|length
keys.copy()
keys.items()[0]
keys.pop('b')
keys.update({'x': 1})
keys.clear
keys.clear is defined
numbers.append(4)
numbers.append is defined
numbers.index(2)
numbers.index(9)
numbers.count(1)
numbers.copy()
numbers.pop()
numbers.__class__
word.__class__ is defined
word.__len__()
range(3)
range(3)|list
range(1, 7, 2)|list
range(3, 0, -1)|list
range(0)|list
range(5)[1:3]|list
range(3)[1]
range(3)|length
3 in range(5)
range('a')
range(1, 5, 0)
range(200000)
dict(a=1, b=2)
dict([('a', 1)], b=2)
dict(keys, z=1)|length
namespace(a=1).a
namespace(a=1).b is defined
namespace(_a=1)
namespace({'x': 5}).x
cycler('a', 'b').next()
cycler()
joiner(', ')()
raise_exception('stop here')
raise_exception()
strftime_now('%Y-%m-%d')
strftime_now('%d %b %Y')
strftime_now('%B %d, %Y %H:%M')
strftime_now('')
nope()
word()
person.nope()
1()
[1, 2](0)
people[0].name ~ people[-1]['name']
messages[0]['content']|trim
messages[1:]|length
messages[-1].content[0].text
messages[::-1][0].role
messages|map(attribute='role')|list
(messages|first).role
-1|abs
-word|length
1 + 2|abs
not true or true
1 == 1 and 2 == 2
'a' in 'abc' and not 'z' in 'abc'
numbers is defined and numbers|length > 2
word is string and word is not mapping
1 is defined is defined
[1, 2,]
{'a': 1,}
(1, 2,)
word[1:3].upper()
(word ~ 'x')|upper
word|upper|lower|title
[x]
*numbers
dict(**{'a': 1})
'{}-{}'.format(*numbers[:2])
word.split(sep='l')
(numbers|map('abs'))|length
(numbers|map('abs')) is sequence
(numbers|map('abs')) is iterable
(numbers|map('abs'))|first
(numbers|map('abs'))|last
(numbers|map('abs'))[0]
(numbers|map('abs')) and 'truthy'
[none_value, undefined_a]
[undefined_a, yes]|tojson
{'a': undefined_a}
1,2
1, 2, word
none,
'a' if word == 'hello' else raise_exception('no')
word.upper
"a" "b"|upper
1.5.foo
true.foo is defined
1 +
)
[1, 2
{{ 1 }}
'unclosed
a b
1 2
is
x = 1
@
1 ? 2
word..upper()
person.'name'
foo|
foo|upper(
[1 2]
{'a' 1}
{'a'}
1 is
a if
'\ud800'
'\N{DASH}'
"""

TEMPLATES = [
    "plain text", "", "\n", "text\n", "text\n\n", "a\r\nb\rc", "{", "}", "{ {", "{{ '{{' }}", "{{ '}}' }}", "{%",
    "{{ 1", "{# open", "{# c #}x", "a{# c #}b", "a {#- c -#} b", "a\n  {# c #}\nb", "a\n  {#- c #}\nb", "{#+ c #}x", "{#-#}x",
    "  {% if true %}x{% endif %}  ", "  {%- if true -%}  x  {%- endif -%}  y", "a\n{% if true %}\nb\n{% endif %}\nc",
    "a\n   {% if true %}\n   b\n   {% endif %}\nc", "a\n   {%+ if true %}\n   b\n   {% endif +%}\nc",
    "{% if true +%}\nx{% endif %}", "a  {{- 1 -}}  b", "a\n{{ 1 }}\nb", "  {{ 1 }}", "x {%- raw %} {{ y }} {% endraw -%} z",
    "{% raw %}{{ a }}{% b %}{# c #}{% endraw %}", "{% raw %}\n{% endraw %}\nx", "{% raw -%}  a  {%- endraw %}", "{% raw %}x",
    "  {% raw %}  a\n  {% endraw %}\n b", "{%raw%}{{x}}{%endraw%}", "{% if true %}{% endif %}\n\nx", "{{ 1 }}{% if true %}\n{% endif %}",
    "{{ '\\n' }}\n{% if true %}\nx{% endif %}", "{{\n 1\n }}\n  {% if true\n %}y{% endif %}",
    "{% for x in numbers %}{{ x }}{% endfor %}", "{% for x in numbers %}{{ x }},{% else %}none{% endfor %}",
    "{% for x in nothing %}{{ x }}{% else %}none{% endfor %}", "{% for x in undefined_a %}{{ x }}{% else %}none{% endfor %}",
    "{% for x in none_value %}{{ x }}{% endfor %}", "{% for x in 5 %}{{ x }}{% endfor %}", "{% for c in word %}[{{ c }}]{% endfor %}",
    "{% for k in person %}{{ k }} {% endfor %}", "{% for k, v in keys.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k, v in keys|items %}{{ k }}={{ v }};{% endfor %}", "{% for a, b in nested %}{{ a }}-{{ b }};{% endfor %}",
    "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for (a, b) in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}",
    "{% for a, b in [[1, 2, 3]] %}{{ a }}{% endfor %}", "{% for a, b in numbers %}{{ a }}{% endfor %}",
    "{% for x in numbers %}{{ loop.index }}/{{ loop.index0 }}/{{ loop.revindex }}/{{ loop.revindex0 }}/{{ loop.first }}/{{ loop.last }}/{{ loop.length }}/{{ loop.depth }};{% endfor %}",
    "{% for x in numbers %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }};{% endfor %}",
    "{% for x in numbers %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }};{% endfor %}",
    "{% for x in numbers %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in numbers %}{{ loop.cycle() }}{% endfor %}",
    "{% for x in [1,1,2,2,1] %}{{ loop.changed(x) }};{% endfor %}", "{% for x in numbers %}{{ loop.nope }}{% endfor %}",
    "{% for x in numbers if x > 1 %}{{ x }}:{{ loop.index }}:{{ loop.length }}:{{ loop.last }};{% endfor %}",
    "{% for x in numbers if x > 9 %}{{ x }}{% else %}none{% endfor %}", "{% for x in numbers if loop.index > 1 %}{{ x }}{% endfor %}",
    "{% set ns = namespace(n=0) %}{% for x in [1,2,3,4] if ns.n < 2 %}{% set ns.n = ns.n + 1 %}{{ x }}{% endfor %}",
    "{% set ns = namespace(n=0) %}{% for x in [1,2,3,4] if ns.n < 2 %}{% set ns.n = ns.n + 1 %}{{ x }}{{ loop.last }}{% endfor %}",
    "{% for x in numbers %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in numbers %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in numbers %}{% for y in numbers %}{% if y == 1 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}|{% endfor %}",
    "{% for x in numbers %}{% break %}{% else %}no{% endfor %}", "{% break %}", "{% continue %}",
    "{% for x in numbers %}{% for y in [1, 2] %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}",
    "{% for x in numbers %}{% set outer = loop %}{% for y in [1] %}{{ outer.index }}{% endfor %}{% endfor %}",
    "{% for x in [[1,[2]],[3]] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }} {% endif %}{% endfor %}",
    "{% for x in numbers %}{{ loop(numbers) }}{% endfor %}", "{% for x in numbers %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 1 %}{% for y in numbers %}{% set x = x + y %}{{ x }},{% endfor %}{{ x }}",
    "{% for y in numbers %}{% if y == 3 %}{% set x = y %}{% endif %}{{ x }},{% endfor %}",
    "{% set x = 'o' %}{% for x in numbers %}{{ x }}{% endfor %}{{ x }}", "{{ loop }}", "{{ loop.index }}",
    "{% for i in range(3) %}{{ i }}{% endfor %}", "{% for g in people|groupby('age') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}",
    "{% for age, ps in people|groupby('age') %}{{ age }}={{ ps|map(attribute='name')|join('+') }} {% endfor %}",
    "{% for row in [1,2,3,4,5]|batch(2) %}{{ row|join('-') }};{% endfor %}",
    "{% set g = numbers|map('string') %}{{ g|join }}|{{ g|join }}", "{% set g = numbers|map('string') %}{{ g|first }}{{ g|list }}",
    "{% set g = numbers|select %}{% for x in g %}{{ x }}{{ loop.last }}{% endfor %}",
    "{% if a %}1{% elif word %}2{% else %}3{% endif %}", "{% if 0 %}1{% elif 0 %}2{% elif 1 %}x{% else %}3{% endif %}",
    "{% if 0 %}1{% else %}3{% endif %}", "{% if 1 %}{% if 0 %}a{% else %}b{% endif %}{% endif %}", "{% if %}{% endif %}", "{% if 1 %}",
    "{% if 1 %}{% endfor %}", "{% endif %}", "{% else %}", "{% nope %}", "{% if true: %}x{% endif %}", "{% if x, y %}t{% endif %}",
    "{% if [] %}t{% else %}f{% endif %}{% if {} %}t{% else %}f{% endif %}{% if 0.0 %}t{% else %}f{% endif %}{% if ' ' %}t{% else %}f{% endif %}",
    "{% set x = 1 %}{{ x }}", "{% set x, y = 1, 2 %}{{ x }}{{ y }}", "{% set (x, y) = [1, 2] %}{{ x }}{{ y }}", "{% set x = 1, 2 %}{{ x }}",
    "{% set x %}a{{ word }}b{% endset %}[{{ x }}]", "{% set x | upper %}a{{ word }}b{% endset %}[{{ x }}]",
    "{% set x | replace('l', 'L') | trim %}  a{{ word }}b {% endset %}[{{ x }}]", "{% set 1 = 2 %}", "{% set true = 2 %}", "{% set x.y = 2 %}",
    "{% set person.name = 2 %}", "{% set ns = namespace() %}{% set ns.a = 1 %}{% set ns.b = ns.a + 1 %}{{ ns.a }}{{ ns.b }}",
    "{% set ns = namespace(a=1) %}{% for x in numbers %}{% set ns.a = ns.a + x %}{% endfor %}{{ ns.a }}", "{% set ns = namespace() %}{% set ns._x = 1 %}",
    "{% set ns = namespace() %}{{ ns['a'] is defined }}{% set ns.a = 5 %}{{ ns['a'] }}", "{% set ns = namespace() %}{% set ns.x, y = 1, 2 %}{{ ns.x }}{{ y }}",
    "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "{% set word = word ~ '!' %}{{ word }}",
    "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z }}", "{% with a = 1, b = a %}{{ b }}{% endwith %}",
    "{% macro m() %}x{% endmacro %}{{ m() }}{{ m() }}", "{% macro m(a, b=2) %}{{ a }}-{{ b }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=1, a=2) }}{{ m() }}",
    "{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(none) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=1) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m(a) %}{{ a }}{{ varargs|join('+') }}{% endmacro %}{{ m(1, 2, 3) }}",
    "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}", "{% macro m(a=1, b) %}{% endmacro %}", "{% macro m() %}{{ word }}{% endmacro %}{{ m()|upper }}",
    "{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{% set x = 2 %}{{ m() }}", "{% macro m() %}{% set x = 5 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{{ x }}",
    "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{{ m() }}{% macro m() %}x{% endmacro %}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}[{{ caller(1, 2) }}]{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro m() %}x{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}{{ caller is defined }}{{ caller() if caller }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{{ x }}{{ caller() }}{% endmacro %}{% set y = 'Y' %}{% call m('a') %}{{ y }}{% endcall %}", "{% call word %}{% endcall %}", "{% for x in numbers %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% macro m() %}x{% endmacro %}{{ m is callable }}{{ m.name }}", "{% macro m(a) %}{{ a|length }}{% endmacro %}{{ m('한글') }}{{ m }}"[:-7],
    "{% filter upper %}a{{ word }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}aaa{% endfilter %}", "{% filter trim %}  x  {% endfilter %}|", "{% filter nope %}x{% endfilter %}",
    "{% filter upper %}{% set q = 1 %}{{ q }}x{% endfilter %}{{ q }}", "{% generation %}a{{ word }}{% endgeneration %}", "{% generation %}{% set q = 1 %}{{ q }}{% endgeneration %}{{ q }}",
    "{% for x in numbers %}{% generation %}{{ x }}{{ loop.index }}{% endgeneration %}{% endfor %}", "{% print 1, word %}", "{% print %}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}", "{% do 1 %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}",
    "{% set j = joiner(';') %}{% for x in numbers %}{{ j() }}{{ x }}{% endfor %}", "{% set j = joiner() %}{{ j() }}a{{ j() }}b",
    "{{ messages|map(attribute='content')|select('string')|join('|') }}", "{% for m in messages %}{{ m.role }}:{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %}\n{% endfor %}",
    "{%- for m in messages %}\n    {%- if loop.first and m['role'] == 'system' %}\n        {{- m['content'] + '\\n' }}\n    {%- else %}\n        {{- '<' + m['role'] + '>' }}\n    {%- endif %}\n{%- endfor %}\n",
    "{% set first = messages[0] %}{% set rest = messages[1:] %}{{ first.role }}{{ rest|length }}", "{%- set x = 1 -%}\n  {{- x -}}  \n y", "{{ undefined_a }}|{{ none }}|{{ true }}|{{ 1.0 }}|{{ [] }}",
    "{{ raise_exception('a' ~ 'b') }}", "{% if false %}{{ raise_exception('x') }}{% endif %}ok", "{% if messages[0].role != 'user' %}{{ raise_exception('first') }}{% endif %}",
    "{{ 'a' if loop is defined else 'b' }}", "{% set loop_messages = messages %}{% for message in loop_messages %}{{ loop.index }}{% endfor %}", "{{ ('a', 'b')|join }}",
    "{{- 'x' -}}\n{{- 'y' }}", "a\n\n{%- if true %} b{% endif %}", "\n\n{{ 1 }}\n\n", "   \n {% set x = 1 %}\n{{ x }}", "{% set x = 1 %}   \n{{ x }}", "{{ 1 }}   {% set x = 1 %}\n{{ x }}",
    "{% for x in numbers -%}\n  {{ x }}\n{%- endfor %}", "{% for x in numbers %}\n  {{ x }}\n{% endfor %}", "{% for x in numbers +%}\n  {{ x }}\n{%+ endfor %}",
    "{{ numbers\n|join(\n',') }}", "{% set x = {\n 'a': 1,\n 'b': [1,\n 2]\n} %}{{ x }}", "{{ [1, 2, 3][1:] ~ {'a': 1}['a'] }}", "{{ {'a': {'b': 1}}.a.b }}", "{{{'a': 1}.a}}",
    "{{ '%s' }}{% raw %}%}{% endraw %}", "{{'a'}}{{'b'}}", "{{ 1 -}}\n\n x", "한글 {{ korean }} 끝", "{% set 이름 = '값' %}{{ 이름 }}", "{{ x.y.z }}", "{% for x in numbers %}{{ loop.index }}{% endfor %}{{ loop is defined }}",
    "{% set x = namespace(v=[]) %}{% for n in numbers %}{% set x.v = x.v + [n * 2] %}{% endfor %}{{ x.v }}", "{% set x = 'a' %}{% macro m(x) %}{{ x }}{% endmacro %}{{ m('b') }}{{ x }}",
    "{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}o{% endmacro %}{{ outer() }}{{ inner is defined }}", "{{ dict(a=1).items()|list }}", "{% for k, v in {'b': 1, 'a': 2}.items() if v > 1 %}{{ k }}{% endfor %}",
]


def main():
    jinja = environment()
    cases = []
    for source in ["{{ " + line + " }}" for line in EXPRESSIONS.strip().splitlines()] + TEMPLATES:
        try:
            expected = jinja.from_string(source).render(**CONTEXT)
            expected.encode()
        except Exception:  # whatever Python raises, the template has failed
            expected = None
        if expected is not None and (" at 0x" in expected or "<function" in expected or "built-in" in expected):
            print("left out, shows an address:", source)
            continue
        cases.append([source, expected])
    OUT.write_text("{\n\"context\": " + json.dumps(CONTEXT, ensure_ascii=False) + ",\n\"cases\": [\n" +
                   ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]}\n")
    print(f"{OUT}: {len(cases)} cases, {sum(case[1] is None for case in cases)} of them fail")


if __name__ == "__main__":
    main()
