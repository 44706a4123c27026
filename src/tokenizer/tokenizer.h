// Tokenizer: text <-> token ids, built from the tokenizer.ggml.* metadata of a model file.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

enum class TokenId : int32_t {};

struct EncodeOptions {
  bool add_bos = false;        // put the BOS token in front, and behind the text what the file asks for ([SEP], EOS)
  bool parse_special = false;  // read special tokens in the text as tokens; else as plain text
  bool as_trained = false;     // put around the text what the file asks for: BOS where it does, and what goes behind
};

// Kinds of a token, with GGUF's numbers (tokenizer.ggml.token_type).
enum class TokenKind : int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

// Immutable after loading; every function may be called from any thread.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // `text` is UTF-8; ill-formed bytes are encoded as bytes where the vocabulary can, else as the unknown token.
  virtual std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const = 0;

  // The bytes one token stands for, as they appear inside a text (a byte token gives one byte, "▁" a space); control
  // tokens give nothing unless `special`.  Ids outside the vocabulary give nothing.
  virtual std::string piece(TokenId id, bool special = false) const = 0;

  // The text of a whole sequence: pieces joined, the prefix space some models add taken away again.
  virtual std::string decode(std::span<const TokenId> ids, bool special = false) const = 0;

  virtual int64_t vocab_size() const = 0;
  virtual std::string_view model() const = 0;  // "llama", "gpt2", "bert", "t5"
  virtual std::string_view pre() const = 0;    // pre-tokenizer's name, "" where the model has none
  virtual TokenKind kind(TokenId id) const = 0;
  virtual std::string_view text(TokenId id) const = 0;                    // the vocabulary's entry as stored
  virtual std::optional<TokenId> find(std::string_view entry) const = 0;  // by stored entry

  std::optional<TokenId> bos, eos, eot, unk, pad;
  bool wants_bos = false;  // the file's add_bos_token, or the model's default
  // Any token that ends an answer: eos, eot and the well-known end-of-turn markers of the vocabulary.
  virtual bool ends_generation(TokenId id) const = 0;
};

// Builds the tokenizer a model file describes.  Fails with kUnsupported, naming the model or pre-tokenizer it does not
// know, or kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const Metadata& metadata);

}  // namespace ondol
