// Texts of `ondol grammar` and of the options that hold an answer to a grammar.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kGrammarSummary{"tell whether a text obeys a schema, grammar or pattern",
                                         "글이 스키마, 문법, 패턴을 지키는지 알려 줍니다"};
inline constexpr Message kGrammarSchemaOption{
    "JSON Schema (2020-12), or a file that holds one; keys in any order, any spacing",
    "JSON 스키마(2020-12) 또는 그 파일. 키 순서와 띄어쓰기는 상관없습니다"};
inline constexpr Message kGrammarGbnfOption{"grammar in llama.cpp's notation (GBNF), or a file that holds one",
                                            "llama.cpp 표기법(GBNF)으로 쓴 문법 또는 그 파일"};
inline constexpr Message kGrammarRegexOption{"regular expression for the whole text", "글 전체에 맞을 정규식"};
inline constexpr Message kGrammarChoiceOption{"one of these texts, commas between", "쉼표로 나눈 글 가운데 하나"};
inline constexpr Message kGrammarScriptOption{
    "letters of these scripts only, such as hangul,latin; digits and punctuation are always allowed",
    "hangul,latin처럼 적은 문자 체계의 글자만. 숫자와 문장 부호는 늘 쓸 수 있습니다"};
inline constexpr Message kGrammarTextOption{"the text to judge (default: standard input)",
                                            "판단할 글 (기본: 표준 입력)"};
inline constexpr Message kGrammarFileOption{"read the text from a file", "글을 파일에서 읽습니다"};
inline constexpr Message kGrammarOneOf{"give exactly one of --schema, --gbnf, --regex, --choice and --script",
                                       "--schema, --gbnf, --regex, --choice, --script 가운데 하나만 주세요"};
inline constexpr Message kGrammarTextTwice{"give the text either with --text or with -f",
                                           "글은 --text와 -f 중 하나로만 주세요"};
inline constexpr Message kGrammarDoesNotFit{"the text does not fit the grammar", "글이 문법에 맞지 않습니다"};
inline constexpr Message kGrammarYes{"yes", "예"};
inline constexpr Message kGrammarNo{"no", "아니요"};

// run
inline constexpr Message kRunSchemaOption{
    "hold the answer to a JSON Schema (2020-12) or a file that holds one; keys come in the schema's order",
    "답을 JSON 스키마(2020-12)나 그 파일에 맞춥니다. 키는 스키마에 적힌 순서로 나옵니다"};
inline constexpr Message kRunGbnfOption{
    "hold the answer to a grammar in llama.cpp's notation, or a file that holds one",
    "답을 llama.cpp 표기법 문법이나 그 파일에 맞춥니다"};
inline constexpr Message kRunRegexOption{"hold the answer to a regular expression", "답을 정규식에 맞춥니다"};
inline constexpr Message kRunChoiceOption{"the answer is one of these texts, commas between",
                                          "답이 쉼표로 나눈 글 가운데 하나가 되게 합니다"};
inline constexpr Message kRunScriptOption{"write letters of these scripts only, such as hangul,latin",
                                          "hangul,latin처럼 적은 문자 체계의 글자만 쓰게 합니다"};
inline constexpr Message kNoSchemaOption{"do not obey the schema stored in the model file",
                                         "모델 파일에 든 스키마를 따르지 않습니다"};
inline constexpr Message kStoredSchema{"answers obey the schema stored in the model file; --no-schema turns it off",
                                       "모델 파일에 든 스키마에 맞춰 답합니다. 끄려면 --no-schema를 쓰세요"};
inline constexpr Message kRunOneGrammar{
    "give at most one of --json-schema, --grammar, --regex, --choice and --script",
    "--json-schema, --grammar, --regex, --choice, --script는 하나까지만 쓸 수 있습니다"};

}  // namespace ondol::msg
