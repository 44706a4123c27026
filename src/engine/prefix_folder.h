// PrefixFolder: pages of texts kept in a folder, found again after a restart.
//
// One file a page (prefix_file.h), written whole or not at all, readable by its owner only.  Texts that begin alike
// share files.  Files are never trusted: one that is damaged, of another model or made up is not used, and replaced
// when its page is stored again.  When the folder grows beyond its limit, the files used longest ago go.
#pragma once

#include <set>
#include <string>

#include "engine/prefix_file.h"

namespace ondol {

// What keys and values depend on besides the tokens.
struct PrefixSetting {
  Digest model;  // model_identity()
  KvPageShape shape;
  std::string isa;       // kernels of different CPU families round differently
  bool is_long_context;  // changes the rotations of some models

  Digest digest() const;
};

// Owned by one thread.  Several processes may use one folder.
class PrefixFolder {
 public:
  // Makes the folder where there is none, for its owner only.  Fails with kBadInput when `path` is something else, kIo
  // when it cannot be made.
  static Status make(const std::string& path);

  // Makes the folder as make() does and opens it.
  static Result<PrefixFolder> open(const std::string& path, const PrefixSetting& setting, int64_t max_bytes);

  // What stands before the first page of a text that was computed with these scales of the model's adapters.
  Digest beginning(std::span<const float> adapter_scales = {}) const;

  // The page of `tokens` behind the text `before`, into `page`.  False when there is none to be used.
  bool load(const Digest& before, std::span<const TokenId> tokens, uint8_t* page);
  // Writes such a page, or marks it as used now when it is there.  Fails with kIo or kInterrupted.
  Status store(const Digest& before, std::span<const TokenId> tokens, const uint8_t* page);
  // Removes the files used longest ago until the others keep to the limit.
  void trim();

  // Files that were there and not used: damaged, or not what they are named.  Those written anew since count, too.
  int64_t n_refused() const { return n_refused_; }

 private:
  std::string path_of(const Digest& name) const;

  std::string path_;
  KvPageShape shape_;
  Digest beginning_{};
  int64_t max_bytes_ = 0;
  std::set<std::string> refused_;  // paths, until they are written anew
  int64_t n_refused_ = 0;
};

}  // namespace ondol
