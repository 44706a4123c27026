// Texts of the floor `grammar`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kGrammarTooLarge{
    "the grammar is too large: it needs more than {} automaton edges; repeat less or allow fewer alternatives",
    "문법이 너무 큽니다. 오토마타 간선이 {}개를 넘습니다. 반복이나 선택지를 줄이세요"};
inline constexpr Message kCompileTooLong{
    "the schema, regex or grammar takes longer than {:g} s to prepare, the limit; simplify or shorten it",
    "스키마나 정규식, 문법을 준비하는 데 제한 시간 {:g}초가 넘게 걸립니다. 더 단순하거나 짧게 하세요"};
inline constexpr Message kTooManyStates{"the pattern needs an automaton of more than {} states; write a simpler one",
                                        "패턴에 필요한 오토마타 상태가 {}개를 넘습니다. 더 단순하게 쓰세요"};
inline constexpr Message kGrammarHoldsNothing{"the grammar allows no text at all; it could never be obeyed",
                                              "문법이 허용하는 글이 하나도 없어서 지킬 수 없습니다"};
inline constexpr Message kGrammarTooAmbiguous{
    "the grammar has too many ways to read this text (over {} at once); make its rules less ambiguous",
    "이 글을 문법으로 읽는 방법이 너무 많습니다(한 번에 {}가지 초과). 규칙의 모호함을 줄이세요"};
inline constexpr Message kSourceTooLong{"{}: {} bytes are too long, at most {} are possible",
                                        "{}: {}바이트는 너무 깁니다. 최대 {}바이트까지 가능합니다"};

// regex
inline constexpr Message kRegexBad{"regex: at byte {}: {}", "정규식: {}번째 바이트: {}"};
inline constexpr Message kRegexUnsupported{"{} is not supported", "{}은(는) 지원하지 않습니다"};
inline constexpr Message kRegexNothingToRepeat{"a quantifier has nothing to repeat", "반복할 대상이 없습니다"};
inline constexpr Message kRegexBadRepeat{"a repetition must be {{n}}, {{n,}} or {{n,m}} with n ≤ m ≤ {}",
                                         "반복은 {{n}}, {{n,}}, {{n,m}} 꼴이고 n ≤ m ≤ {}이어야 합니다"};
inline constexpr Message kRegexBadClass{"a character class [...] is not closed or has a range out of order",
                                        "문자 모임 [...]이 닫히지 않았거나 범위의 순서가 거꾸로입니다"};
inline constexpr Message kRegexBadEscape{"\"{}\" is no escape this syntax knows",
                                         "\"{}\"은(는) 모르는 이스케이프입니다"};
inline constexpr Message kRegexBadProperty{"the property {} is unknown", "{} 속성을 모릅니다"};
inline constexpr Message kRegexUnbalanced{"parentheses do not match", "괄호의 짝이 맞지 않습니다"};
inline constexpr Message kRegexTooDeep{"groups are nested deeper than {}", "묶음이 {}단계보다 깊습니다"};
inline constexpr Message kRegexNotUtf8{"the pattern is not UTF-8", "패턴이 UTF-8이 아닙니다"};

// GBNF
inline constexpr Message kGbnfBad{"grammar: line {}: {}", "문법: {}번째 줄: {}"};
inline constexpr Message kGbnfExpected{"expected {}, found {}", "{}이(가) 와야 하는데 {}이(가) 있습니다"};
inline constexpr Message kGbnfEnd{"the end of the grammar", "문법의 끝"};
inline constexpr Message kGbnfNoRoot{"grammar: there is no rule named \"root\"; the text begins there",
                                     "문법: \"root\" 규칙이 없습니다. 글은 이 규칙에서 시작합니다"};
inline constexpr Message kGbnfUndefined{"the rule \"{}\" is used but never defined",
                                        "\"{}\" 규칙을 썼지만 정의하지 않았습니다"};
inline constexpr Message kGbnfTwice{"the rule \"{}\" is defined twice", "\"{}\" 규칙을 두 번 정의했습니다"};
inline constexpr Message kGbnfTokens{"token literals such as <[1234]> or <|name|> are not supported; write text",
                                     "<[1234]>나 <|이름|> 같은 토큰 표기는 지원하지 않습니다. 글자로 쓰세요"};
inline constexpr Message kGbnfNotUtf8{"grammar: the text is not UTF-8", "문법: UTF-8이 아닙니다"};

// scripts and choices
inline constexpr Message kUnknownScript{"\"{}\" is no script this build knows; known are {}",
                                        "\"{}\"은(는) 모르는 문자 체계입니다. 쓸 수 있는 것: {}"};
inline constexpr Message kNoScripts{"name at least one script; known are {}",
                                    "문자 체계를 하나 이상 적으세요. 쓸 수 있는 것: {}"};
inline constexpr Message kEmptyChoice{"a choice must not be empty; write A,B",
                                      "선택지는 비어 있을 수 없습니다. A,B처럼 쓰세요"};
inline constexpr Message kChoiceNotUtf8{"a choice is not UTF-8", "선택지가 UTF-8이 아닙니다"};

// JSON
inline constexpr Message kJsonNotUtf8{"not JSON: the text is not UTF-8", "JSON이 아닙니다. UTF-8이 아닌 글입니다"};
inline constexpr Message kJsonExpected{"not JSON: at byte {}: expected {}, found {}",
                                       "JSON이 아닙니다. {}번째 바이트에 {}이(가) 와야 하는데 {}이(가) 있습니다"};
inline constexpr Message kJsonEnd{"the end of the text", "글의 끝"};
inline constexpr Message kJsonAValue{"a value", "값"};
inline constexpr Message kJsonNoControl{"no control character", "제어 문자가 아닌 글자"};
inline constexpr Message kJsonSurrogate{"both halves of a surrogate pair", "짝을 이루는 서로게이트"};
inline constexpr Message kJsonTooDeep{"JSON nested deeper than {} levels is not read",
                                      "{}단계보다 깊은 JSON은 읽지 않습니다"};
inline constexpr Message kJsonDuplicateKey{"the key \"{}\" stands twice in one object",
                                           "한 객체에 \"{}\" 키가 두 번 있습니다"};

// JSON Schema
inline constexpr Message kSchemaNotASchema{"schema: {}: a schema is an object, true or false",
                                           "스키마: {}: 스키마는 객체나 true, false여야 합니다"};
inline constexpr Message kSchemaNotJson{"schema: {}", "스키마: {}"};
inline constexpr Message kSchemaKeyword{
    "schema: {}: the keyword \"{}\" is not supported; names that begin with \"x-\" are ignored",
    "스키마: {}: \"{}\" 키워드는 지원하지 않습니다. \"x-\"로 시작하는 이름은 무시합니다"};
inline constexpr Message kSchemaBadValue{"schema: {}: \"{}\" must be {}", "스키마: {}: \"{}\" 값은 {}이어야 합니다"};
inline constexpr Message kSchemaDialect{
    "schema: {}: \"$schema\" {} is not supported; supported are JSON Schema 2020-12, 2019-09 and drafts 4 to 7",
    "스키마: {}: \"$schema\" {}은(는) 지원하지 않습니다. JSON Schema 2020-12, 2019-09, 초안 4~7을 지원합니다"};
inline constexpr Message kSchemaRemoteRef{
    "schema: {}: \"{}\" {} is not inside this schema; nothing is fetched, put it under \"$defs\"",
    "스키마: {}: \"{}\" {}이(가) 이 스키마 안에 없습니다. 밖에서 가져오지 않으니 \"$defs\" 아래에 넣으세요"};
inline constexpr Message kSchemaTwice{"schema: {}: {} is the name of another schema, too",
                                      "스키마: {}: {}은(는) 다른 스키마의 이름이기도 합니다"};
inline constexpr Message kSchemaTooLarge{"schema: more than {} parts", "스키마: 부분이 {}개를 넘습니다"};
inline constexpr Message kSchemaPattern{"schema: {}: \"{}\": {}", "스키마: {}: \"{}\": {}"};
inline constexpr Message kSchemaEndless{"schema: {}: refers to itself without end",
                                        "스키마: {}: 끝없이 자기를 가리킵니다"};
inline constexpr Message kSchemaFuel{"schema: judging this text takes more than {} steps; simplify the schema",
                                     "스키마: 이 글을 판단하는 데 {}단계가 넘게 걸립니다. 스키마를 단순하게 하세요"};
inline constexpr Message kSchemaRefused{"{}: \"{}\" refuses the value at {}", "{}: \"{}\"이(가) {}의 값을 거절합니다"};
inline constexpr Message kSchemaABoolean{"true or false", "true나 false"};
inline constexpr Message kSchemaACount{"an integer of at least 0", "0 이상의 정수"};
inline constexpr Message kSchemaANumber{"a number", "숫자"};
inline constexpr Message kSchemaADivisor{"a number above 0 of at most 18 digits", "0보다 크고 18자리 이하인 숫자"};
inline constexpr Message kSchemaAText{"a text", "글"};
inline constexpr Message kSchemaAType{
    "a type (null, boolean, integer, number, string, array, object) or a list of types",
    "형식(null, boolean, integer, number, string, array, object)이나 그 목록"};
inline constexpr Message kSchemaAList{"a list", "목록"};
inline constexpr Message kSchemaTexts{"a list of texts", "글의 목록"};
inline constexpr Message kSchemaSchemas{"a list of schemas, not empty", "비어 있지 않은 스키마 목록"};
inline constexpr Message kSchemaAnObject{"an object", "객체"};

// schemas while generating
inline constexpr Message kMultipleTooLarge{"\"multipleOf\" {} needs too many states to be obeyed while generating",
                                           "\"multipleOf\" {}은(는) 상태가 너무 많아 생성할 때 지킬 수 없습니다"};
inline constexpr Message kNumberTooLong{"a number bound has more than {} digits", "숫자 범위가 {}자리를 넘습니다"};
inline constexpr Message kSchemaCannotHold{
    "schema: {}: \"{}\" cannot be obeyed while generating in this combination; `ondol grammar` can judge it",
    "스키마: {}: 이런 조합의 \"{}\" 키워드는 생성할 때 지킬 수 없습니다. 판단은 `ondol grammar`로 할 수 있습니다"};
inline constexpr Message kSchemaTooManyCases{
    "schema: {}: its alternatives have more than {} combinations; simplify anyOf, oneOf, if and dependent keywords",
    "스키마: {}: 선택지의 조합이 {}개를 넘습니다. anyOf, oneOf, if, dependent 키워드를 단순하게 하세요"};

}  // namespace ondol::msg
