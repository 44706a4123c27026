// Texts of the floor `prompt`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

// Jinja templates.  The first {} of kTemplateLine is a line, the second one of the messages below it.
inline constexpr Message kTemplateLine{"template, line {}: {}", "템플릿 {}번째 줄: {}"};
inline constexpr Message kTemplateNotUtf8{"template: not UTF-8 text", "템플릿: UTF-8 글이 아닙니다"};
inline constexpr Message kTemplateTooLong{"template: {} bytes, at most {} are possible",
                                          "템플릿: {}바이트입니다. 최대 {}바이트까지 가능합니다"};
inline constexpr Message kTemplateContext{"template context: expected a JSON object",
                                          "템플릿 문맥: JSON 객체여야 합니다"};
inline constexpr Message kJsonMalformed{"{}: not JSON, at byte {}", "{}: JSON이 아닙니다 ({}번째 바이트)"};
inline constexpr Message kContextTooDeep{"{}: more than {} JSON lists and objects inside one another",
                                         "{}: JSON 목록과 객체가 {}겹을 넘습니다"};
inline constexpr Message kJsonInteger{"{}: an integer beyond 64 bits", "{}: 64비트를 넘는 정수가 있습니다"};

// ... when it is read
inline constexpr Message kTemplateUnclosed{"{} is not closed", "{}을(를) 닫지 않았습니다"};
inline constexpr Message kTemplateNumber{"not a number of 64 bits: {}", "64비트 수가 아닙니다: {}"};
inline constexpr Message kTemplateEscape{"unknown escape \\{} in a text", "글에 모르는 이스케이프 \\{}이(가) 있습니다"};
inline constexpr Message kTemplateUnexpected{"unexpected {}", "여기에 {}이(가) 올 수 없습니다"};
inline constexpr Message kTemplateExpected{"expected {}, found {}", "{}이(가) 있어야 하는데 {}이(가) 있습니다"};
inline constexpr Message kTemplateEnd{"the end of the template", "템플릿의 끝"};
inline constexpr Message kTemplateTagName{"the name of a tag", "태그 이름"};
inline constexpr Message kTemplateAName{"a name", "이름"};
inline constexpr Message kTemplateACall{"a call", "호출"};
inline constexpr Message kTemplateAnExpression{"an expression", "식"};
inline constexpr Message kTemplateNesting{"more than {} expressions or tags inside one another",
                                          "식이나 태그가 {}겹을 넘습니다"};
inline constexpr Message kTemplateTagRefused{"the tag {} is not for chat templates, which are one file",
                                             "{} 태그는 대화 템플릿에 쓸 수 없습니다. 템플릿은 파일 하나여야 합니다"};
inline constexpr Message kTemplateTagUnknown{"unknown tag {}", "모르는 태그 {}"};
inline constexpr Message kTemplateOutsideLoop{"{} outside a loop", "반복문 밖에 {}이(가) 있습니다"};

// ... when it runs
inline constexpr Message kTemplateRaised{"the template refuses: {}", "템플릿이 거부했습니다: {}"};
inline constexpr Message kTemplateSteps{"takes more than {} steps", "실행이 {}단계를 넘습니다"};
inline constexpr Message kTemplateMemory{"uses more than {} bytes of memory", "메모리를 {}바이트 넘게 씁니다"};
inline constexpr Message kTemplateTextTooLong{"makes a text of more than {} bytes", "{}바이트가 넘는 글을 만듭니다"};
inline constexpr Message kTemplateDepth{"calls and blocks are more than {} levels deep",
                                        "호출과 블록이 {}겹을 넘습니다"};
inline constexpr Message kTemplateContainerDepth{"lists and dicts are more than {} levels deep",
                                                 "목록과 사전이 {}겹을 넘습니다"};
inline constexpr Message kTemplateReason{"{}", "{}"};
inline constexpr Message kTemplateUndefined{"{} is undefined", "{}이(가) 정의되지 않았습니다"};
inline constexpr Message kTemplateNoAttribute{"{} has no attribute or element {}", "{}에 {} 속성이나 원소가 없습니다"};
inline constexpr Message kTemplateNoSlice{"{} cannot be sliced", "{}은(는) 자를 수 없습니다"};
inline constexpr Message kTemplateNoElse{"the condition was false and there is no else",
                                         "조건이 거짓인데 else가 없습니다"};
inline constexpr Message kTemplateNoPrevious{"there is no previous item", "앞 항목이 없습니다"};
inline constexpr Message kTemplateNoNext{"there is no next item", "다음 항목이 없습니다"};
inline constexpr Message kTemplateEmptySequence{"the sequence is empty", "비어 있는 목록입니다"};
inline constexpr Message kTemplateNoArgument{"parameter {} was not given", "{} 인자가 없습니다"};
inline constexpr Message kTemplateNoCaller{"no caller defined", "caller가 정의되지 않았습니다"};
inline constexpr Message kTemplateImmutable{"{} would change a {}, which templates may not do",
                                            "{}은(는) {} 값을 바꾸므로 템플릿에서 쓸 수 없습니다"};
inline constexpr Message kTemplateUnsafeName{"the name {} is not open to templates",
                                             "{} 이름은 템플릿에서 쓸 수 없습니다"};
inline constexpr Message kTemplateNotANamespace{"attributes can only be set on a namespace, not on a {}",
                                                "속성은 namespace에만 정할 수 있습니다 ({} 값입니다)"};
inline constexpr Message kTemplateUnpack{"{} values for {} names", "값은 {}개인데 이름은 {}개입니다"};
inline constexpr Message kTemplateOperands{"{} does not work for {} and {}", "{} 연산을 {}, {} 값에는 쓸 수 없습니다"};
inline constexpr Message kTemplateWrongType{"{} does not work for a {}", "{}을(를) {} 값에는 쓸 수 없습니다"};
inline constexpr Message kTemplateBadArgument{"{}: bad argument {}", "{}: 잘못된 인자 {}"};
inline constexpr Message kTemplateNotCallable{"a {} cannot be called", "{} 값은 호출할 수 없습니다"};
inline constexpr Message kTemplateNotIterable{"a {} has no items to visit", "{} 값은 항목이 없어 반복할 수 없습니다"};
inline constexpr Message kTemplateNotRecursive{"the loop is not marked recursive",
                                               "recursive라고 쓴 반복문이 아닙니다"};
inline constexpr Message kTemplateUnhashable{"a {} cannot be a key", "{} 값은 키가 될 수 없습니다"};
inline constexpr Message kTemplateNotJson{"a {} cannot be written as JSON", "{} 값은 JSON으로 쓸 수 없습니다"};
inline constexpr Message kTemplateNoFilter{"there is no filter {}", "{} 필터가 없습니다"};
inline constexpr Message kTemplateNoTest{"there is no test {}", "{} 검사가 없습니다"};
inline constexpr Message kTemplateTooManyArguments{"{} takes at most {} arguments", "{} 인자는 많아야 {}개입니다"};
inline constexpr Message kTemplateUnknownArgument{"{} takes no argument {}", "{}에는 {} 인자가 없습니다"};
inline constexpr Message kTemplateMissingArgument{"{} needs the argument {}", "{}에 {} 인자가 필요합니다"};
inline constexpr Message kTemplateFormat{"bad format: {}", "잘못된 서식: {}"};
inline constexpr Message kTemplateFormatArguments{"the values do not fit the format", "값이 서식과 맞지 않습니다"};
inline constexpr Message kTemplateDivision{"division by zero", "0으로 나눕니다"};
inline constexpr Message kTemplateOverflow{"a number beyond 64 bits", "64비트를 넘는 수"};
inline constexpr Message kTemplateSliceIndex{"an index must be an integer, not a {}",
                                             "색인은 정수여야 합니다 ({} 값입니다)"};
inline constexpr Message kTemplateSliceStep{"a step of zero", "간격이 0입니다"};
inline constexpr Message kTemplateRange{"a range of more than {} items", "range 항목이 {}개를 넘습니다"};
inline constexpr Message kTemplateNoSubstring{"the value is not in there", "찾는 값이 없습니다"};
inline constexpr Message kTemplateEmptySeparator{"an empty separator", "빈 구분자"};

// Tools
inline constexpr Message kToolsNotAList{
    "tools: expected a JSON list of {{\"type\": \"function\", \"function\": …}}",
    "도구: {{\"type\": \"function\", \"function\": …}}로 된 JSON 목록이어야 합니다"};
inline constexpr Message kToolWithoutName{"tools: entry {} has no function name",
                                          "도구: {}번째 항목에 함수 이름이 없습니다"};
inline constexpr Message kToolParametersNotASchema{"tools: the parameters of {} are not a JSON Schema object",
                                                   "도구: {}의 parameters가 JSON Schema 객체가 아닙니다"};

// Exchanges.
inline constexpr Message kChatNeedsTemplate{
    "a chat, but the model has no chat template; choose one with --chat-template ({})",
    "대화인데 모델에 대화 템플릿이 없습니다. --chat-template로 고르세요 ({})"};
inline constexpr Message kChatTemplateWithoutTools{"the chat has tools, but the chat template knows none",
                                                   "대화에 도구가 있지만 대화 템플릿이 도구를 모릅니다"};
inline constexpr Message kTemplateOtherPrompt{
    "the chat template writes an answer differently from how it asks for one, so it cannot be learned; choose another "
    "with --chat-template",
    "대화 템플릿이 답을 요청할 때와 답을 적을 때 서로 다르게 써서 학습할 수 없습니다. --chat-template로 다른 것을 "
    "고르세요"};
inline constexpr Message kNoBorder{"the tokenizer cannot part the prompt from its answer",
                                   "토크나이저가 질문과 답을 나누지 못합니다"};
inline constexpr Message kNoEndToken{"the model's vocabulary has no token that ends an answer",
                                     "모델의 어휘에 답을 끝내는 토큰이 없습니다"};

}  // namespace ondol::msg
