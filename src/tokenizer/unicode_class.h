// What pre-tokenizers ask of a character: letter, number, space, ...
//
// The general categories come from utf8proc at run time; the few answers we need are packed in one byte per code point
// and stored once in a two-stage table (equal blocks of 256 code points share memory, about 60 KB in all).  A lookup
// costs two loads where utf8proc_category costs a call and a wider record.
#pragma once

#include <cstdint>
#include <string_view>

namespace ondol {

// Bits of a class.  Every character has exactly one of kLetter, kNumber, kSpace, kOther.
struct CharClass {
  static constexpr uint8_t kLetter = 1;     // \p{L}
  static constexpr uint8_t kNumber = 2;     // \p{N}
  static constexpr uint8_t kSpace = 4;      // \s: the Unicode property White_Space
  static constexpr uint8_t kOther = 8;      // [^\s\p{L}\p{N}], marks and ill-formed bytes among them
  static constexpr uint8_t kUpper = 16;     // \p{Lu} or \p{Lt}
  static constexpr uint8_t kLower = 32;     // \p{Ll}
  static constexpr uint8_t kMark = 64;      // \p{M}
  static constexpr uint8_t kNewline = 128;  // \r or \n
};

// The class of `code_point`; a value above U+10FFFF is kOther.  Any thread.
uint8_t char_class(uint32_t code_point);

// \w of Unicode's regular expressions: the properties Alphabetic, M, Nd, Pc and Join_Control (Unicode Technical
// Standard 18, annex C).  Any thread.
bool is_word_character(uint32_t code_point);

// One character of a text: its class and length.  Past the end both are 0, so that every test for a class fails.
struct ClassifiedChar {
  uint32_t code_point;
  uint8_t classes;
  uint8_t size_bytes;

  bool is(uint8_t any_of) const { return (classes & any_of) != 0; }
};

// The character of `text` at byte `position`, which starts one.  An ill-formed sequence is one kOther character.
ClassifiedChar classify_at(std::string_view text, int64_t position);

}  // namespace ondol
