// Texts of the folder `measure/records`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

// Lines of data files.  kBadLine: file, line, and one of the reasons below it.
inline constexpr Message kBadLine{"{}:{}: {}", "{}:{}: {}"};
inline constexpr Message kMoreBadLines{"{} (and {} more bad lines)", "{} (잘못된 줄이 {}개 더 있습니다)"};
inline constexpr Message kLineTooLong{"the line has {} bytes, at most {} are possible",
                                      "줄이 {}바이트입니다. 최대 {}바이트까지 가능합니다"};
inline constexpr Message kLineNotUtf8{"not UTF-8 text; convert the file to UTF-8",
                                      "UTF-8 글이 아닙니다. 파일을 UTF-8로 바꾸세요"};
inline constexpr Message kLineNotJson{"{}; a JSONL file has one JSON object in each line",
                                      "{}; JSONL 파일은 줄마다 JSON 객체가 하나씩 있습니다"};
inline constexpr Message kLineNoObject{"expected a JSON object in each line",
                                       "줄마다 JSON 객체가 하나씩 있어야 합니다"};
inline constexpr Message kLineColumns{
    "expected {}, found {}; name the columns with --columns prompt=NAME,completion=NAME",
    "{} 열이 있어야 하는데 {} 열만 있습니다. --columns prompt=이름,completion=이름으로 열을 지정하세요"};
inline constexpr Message kLineNull{"\"{}\" is null; expected a value", "\"{}\" 값이 null입니다. 값이 있어야 합니다"};
inline constexpr Message kMessagesNoList{"the chat is not a list of messages with \"role\" and \"content\"",
                                         "대화는 \"role\"과 \"content\"가 있는 메시지의 목록이어야 합니다"};
inline constexpr Message kMessageRole{
    "message {}: expected \"role\" system, user, assistant or tool, found \"{}\"",
    "메시지 {}: \"role\"은 system, user, assistant, tool 가운데 하나여야 하는데 \"{}\"입니다"};
inline constexpr Message kMessageContent{"message {}: \"content\" must be text",
                                         "메시지 {}: \"content\"는 글이어야 합니다"};
inline constexpr Message kMessageToolCall{
    "message {}: a tool call needs \"function\" with \"name\" and \"arguments\"",
    "메시지 {}: 도구 호출에는 \"name\"과 \"arguments\"가 있는 \"function\"이 필요합니다"};
inline constexpr Message kMessageKey{
    "message {}: \"{}\" is not understood here; expected role and content, and of the assistant reasoning_content and "
    "tool_calls, of a tool tool_call_id",
    "메시지 {}: 여기에 \"{}\" 항목은 쓸 수 없습니다. role과 content, assistant에는 reasoning_content와 tool_calls, "
    "tool에는 tool_call_id를 쓸 수 있습니다"};
inline constexpr Message kChatWithoutAnswer{"the last message of the chat must be an answer of the assistant",
                                            "대화의 마지막 메시지는 assistant의 답이어야 합니다"};
inline constexpr Message kOpenQuote{"a quoted field is not closed; double the quotes inside a field",
                                    "따옴표로 연 칸이 닫히지 않았습니다. 칸 안의 따옴표는 두 번 쓰세요"};
inline constexpr Message kBehindQuote{"text behind a closed quote; double the quotes inside a field",
                                      "닫는 따옴표 뒤에 글이 있습니다. 칸 안의 따옴표는 두 번 쓰세요"};
inline constexpr Message kFieldCount{"{} fields, expected {} as in the first line",
                                     "칸이 {}개입니다. 첫 줄처럼 {}개여야 합니다"};
inline constexpr Message kUnknownLabel{"the label \"{}\" is not in --map", "\"{}\" 라벨이 --map에 없습니다"};

// Files.
inline constexpr Message kBadColumns{
    "--columns {}: expected prompt=NAME,completion=NAME, or text=NAME, or messages=NAME",
    "--columns {}: prompt=이름,completion=이름 또는 text=이름 또는 messages=이름이어야 합니다"};
inline constexpr Message kBadLabels{"--map {}: expected VALUE=ANSWER,VALUE=ANSWER",
                                    "--map {}: 값=답,값=답이어야 합니다"};
inline constexpr Message kNoSuchFormat{"--format {}: expected auto, jsonl, csv, tsv or text",
                                       "--format {}: auto, jsonl, csv, tsv, text 가운데 하나여야 합니다"};
inline constexpr Message kUnknownFormat{
    "{}: cannot tell its format from the name or the first line; add --format jsonl, csv, tsv or text",
    "{}: 이름이나 첫 줄로 형식을 알 수 없습니다. --format에 jsonl, csv, tsv, text 가운데 하나를 쓰세요"};
inline constexpr Message kTableColumns{
    "{}: its columns are {}; expected {}; name them with --columns prompt=NAME,completion=NAME",
    "{}: 열이 {}입니다. {} 열이 있어야 합니다. --columns prompt=이름,completion=이름으로 지정하세요"};

}  // namespace ondol::msg
