// Texts of `eval --task`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kTaskOption{
    "count right answers to the questions in TEXT, a data file: exact (the text), choice (the likeliest answer) or "
    "json "
    "(the JSON value)",
    "TEXT(데이터 파일)의 문제에 맞힌 답을 셉니다: exact(글), choice(가장 그럴듯한 답), json(JSON 값)"};
inline constexpr Message kTaskColumnsOption{"columns of the file: prompt=NAME,completion=NAME or messages=NAME",
                                            "파일의 열: prompt=이름,completion=이름 또는 messages=이름"};
inline constexpr Message kTaskMapOption{"answers by the values that stand for them: 0=bad,1=good",
                                        "값이 뜻하는 답: 0=부정,1=긍정"};
inline constexpr Message kTaskFormatOption{"jsonl, csv or tsv (default: by the file's name)",
                                           "jsonl, csv, tsv (기본: 파일 이름으로 판단)"};
inline constexpr Message kTaskErrorsOption{"write the wrong answers here, a JSON object a line",
                                           "틀린 답을 줄마다 JSON 객체로 이 파일에 씁니다"};
inline constexpr Message kTaskPredictOption{"longest answer in tokens (default: 512)",
                                            "가장 긴 답의 토큰 수 (기본: 512)"};
inline constexpr Message kTaskAnswering{"answering", "답하는 중"};
inline constexpr Message kTaskAccuracy{"right answers", "맞힌 답"};
inline constexpr Message kTaskAccuracyValue{"{:.2f} % ({} of {}), 95 % interval {:.2f} to {:.2f} %",
                                            "{:.2f} % ({}/{}), 95 % 구간 {:.2f}~{:.2f} %"};
inline constexpr Message kTaskGroup{"  of \"{}\"", "  \"{}\""};
inline constexpr Message kTaskGroupValue{"{:.2f} % ({} of {})", "{:.2f} % ({}/{})"};
inline constexpr Message kTaskJson{"valid JSON", "올바른 JSON"};
inline constexpr Message kTaskSpeed{"speed", "속도"};
inline constexpr Message kTaskSpeedValue{"{:.1f} tokens/s, {} tokens in {:.1f} s", "{:.1f}토큰/초, {}토큰에 {:.1f}초"};
inline constexpr Message kTaskCut{"{} answers were cut at {} tokens; raise --predict to let them end",
                                  "답 {}개를 {}토큰에서 잘랐습니다. 끝까지 받으려면 --predict를 늘리세요"};
inline constexpr Message kNeedsTask{
    "{} says nothing without --task; add --task exact, choice or json",
    "{}은(는) --task 없이는 쓸모가 없습니다. --task exact, choice, json 가운데 하나를 붙이세요"};
inline constexpr Message kNotWithTask{"{} says nothing beside --task; take one of them away",
                                      "{}은(는) --task와 함께 쓸 수 없습니다. 하나를 빼세요"};

}  // namespace ondol::msg
