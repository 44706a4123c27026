// Errors of the world (file, argument, memory) as values: Result<T> is a T or an Error.
//
// A broken invariant of ours is not an Error but a CHECK (base/check.h).  Nothing here throws.
#pragma once

#include <tl/expected.hpp>

#include "base/messages.h"

namespace ondol {

// What went wrong, as the user has to act on it.  The exit code of the process follows from it.
enum class ErrorKind {
  kUsage,        // 2  the command line
  kBadInput,     // 2  a prompt, text or setting that cannot be used
  kCorruptFile,  // 2  a file that breaks its format
  kUnsupported,  // 2  a well-formed file this build cannot use
  kIo,           // 1  reading or writing failed, the disk is full
  kOutOfMemory,  // 1
  kRefused,      // 3  a gate said no
  kInterrupted,  // 130  Ctrl-C
};

struct Error {
  ErrorKind kind;
  std::string message;  // one line, in the user's language: what, where, expected, what to try

  int exit_code() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline Status ok() { return {}; }

// An error of `kind` whose text is `message` with `args`.  Converts to any Result.
template <class... Args>
tl::unexpected<Error> fail(ErrorKind kind, const Message& message, Args&&... args) {
  return tl::make_unexpected(Error{kind, format_message(message, std::forward<Args>(args)...)});
}

// `TRY(Model model, load_model(path));` hands an error up or defines `model`; `TRY(check(x));` does so for a Status.
#define TRY(...) ONDOL_TRY_PICK(__VA_ARGS__, ONDOL_TRY_VALUE, ONDOL_TRY_STATUS)(__VA_ARGS__)
#define ONDOL_TRY_PICK(a, b, name, ...) name
#define ONDOL_TRY_JOIN_(a, b) a##b
#define ONDOL_TRY_JOIN(a, b) ONDOL_TRY_JOIN_(a, b)
#define ONDOL_TRY_VALUE(declaration, expression) \
  ONDOL_TRY_VALUE_(declaration, expression, ONDOL_TRY_JOIN(try_result_, __LINE__))
#define ONDOL_TRY_VALUE_(declaration, expression, result)                   \
  auto result = (expression);                                               \
  if (!result) return tl::make_unexpected(std::move(result.error()));       \
  declaration = std::move(*result)
#define ONDOL_TRY_STATUS(expression)                                                          \
  do {                                                                                        \
    if (auto status = (expression); !status) return tl::make_unexpected(std::move(status.error())); \
  } while (0)

}  // namespace ondol
