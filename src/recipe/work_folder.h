// WorkFolder: what the stages of a long run leave, so that an interrupted one goes on behind the last that was done.
//
// A finished stage is a file and, beside it, NAME.done: what it was made of (a digest), and numbers of it that the file
// does not hold, a line each.  A stage whose digest is another one, because a setting changed, is done anew.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace ondol {

using StageNumbers = std::map<std::string, double>;

class WorkFolder {
 public:
  // Makes the folder, or opens the one that is there to go on (`resume`) or to begin anew (`force`, which empties it).
  // Fails with kBadInput when one is there and neither is asked for, or kIo.
  static Result<WorkFolder> open(const std::string& path, bool resume, bool force);

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

  // The numbers of the finished stage `name`, made of `identity`; nothing where it is to be done.
  std::optional<StageNumbers> done(const std::string& name, const std::string& identity) const;
  // Says that file(name) is finished.  Fails as AtomicFile does.
  Status finish(const std::string& name, const std::string& identity, const StageNumbers& numbers) const;

  // Takes the folder and what the stages left away; a file of another's keeps it.
  void remove() const;

 private:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace ondol
