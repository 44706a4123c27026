#include "base/result.h"

namespace ondol {

int Error::exit_code() const {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kBadInput:
    case ErrorKind::kCorruptFile:
    case ErrorKind::kUnsupported: return 2;
    case ErrorKind::kIo:
    case ErrorKind::kOutOfMemory: return 1;
    case ErrorKind::kRefused: return 3;
    case ErrorKind::kInterrupted: return 130;
  }
  return 1;
}

}  // namespace ondol
