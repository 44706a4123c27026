// What Python thinks of characters: white space, letters, digits, cases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ondol::jinja {

bool is_space(uint32_t code_point);     // str.isspace()
bool is_line_end(uint32_t code_point);  // str.splitlines()
bool is_alpha(uint32_t code_point);     // str.isalpha()
bool is_decimal(uint32_t code_point);   // str.isdecimal()
bool is_numeric(uint32_t code_point);   // a digit or number of any kind
bool is_upper(uint32_t code_point);
bool is_lower(uint32_t code_point);
bool is_word(uint32_t code_point);       // \w of a regular expression
bool is_printable(uint32_t code_point);  // str.isprintable()

// Appends the other case of one character.
void append_upper(std::string& out, uint32_t code_point);
void append_lower(std::string& out, uint32_t code_point);

// Bytes of white space at the beginning and the end of `text`.
int64_t leading_space(std::string_view text);
int64_t trailing_space(std::string_view text);

// The code point that ends at the end of `text` (not empty, well-formed).
uint32_t last_code_point(std::string_view text, int64_t& length_bytes);

}  // namespace ondol::jinja
