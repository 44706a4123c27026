// TeacherCache: what a teacher said of each example, kept in a file while a run lasts and for the next.
//
//   | "ONDOLTCH" | run: 32 bytes | entries … |       entry: | example: i64 | n_rows: i64 | rows |
//   row: top x | index: i32 | value: f32 |
// Rows are those of an example's targets, in order, and hold tokens with their shares; or of its chunks
// (tune/chunk_teacher.h), and hold one pair: how many tokens of the student's, and their log-likelihood.  All numbers
// little-endian.  An entry that was cut short is taken off when the file is opened.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace ondol {

class TeacherCache {
 public:
  struct Said {
    int32_t index;
    float value;
  };

  // Opens or makes `path`; one of another run (other teacher, data or settings) begins anew.  Fails with kIo.
  static Result<TeacherCache> open(const std::string& path, const Digest& run, int top);

  bool contains(int64_t example) const { return places_.contains(example); }
  // Appends an example's rows, [n_rows * top].  Fails with kIo: the disk is full.
  Status add(int64_t example, const std::vector<Said>& rows);
  // Its rows.  Fails with kIo.
  Result<std::vector<Said>> read(int64_t example) const;

  int top() const { return top_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Place {
    int64_t offset, n_rows;
  };
  Status scan();

  std::unique_ptr<std::FILE, Close> file_;
  std::string path_;
  int top_ = 0;
  int64_t end_ = 0;
  std::unordered_map<int64_t, Place> places_;
};

}  // namespace ondol
