// Texts of the floor `base`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kNotEnoughMemory{
    "not enough memory for {}: needs {} bytes, {} bytes are available",
    "{}에 쓸 메모리가 모자랍니다: {}바이트가 필요한데 {}바이트만 남아 있습니다"};
inline constexpr Message kCannotOpen{"{}: cannot open: {}", "{}: 열 수 없습니다: {}"};
inline constexpr Message kCannotRead{"{}: cannot read: {}", "{}: 읽을 수 없습니다: {}"};
inline constexpr Message kCannotWrite{"{}: cannot write: {}; nothing was left behind",
                                      "{}: 쓸 수 없습니다: {}; 쓰다 만 파일은 지웠습니다"};
inline constexpr Message kCannotCreate{"{}: cannot create: {}", "{}: 만들 수 없습니다: {}"};
inline constexpr Message kCannotSync{"{}: written, but the disk did not confirm it: {}",
                                     "{}: 썼지만 디스크가 확인해 주지 않았습니다: {}"};
inline constexpr Message kNotARegularFile{"{}: not a regular file", "{}: 일반 파일이 아닙니다"};
inline constexpr Message kFileShrank{"{}: the file changed while it was being read; copy it again and retry",
                                     "{}: 읽는 동안 파일이 바뀌었습니다. 파일을 다시 복사한 뒤 시도하세요"};
inline constexpr Message kOutputExists{"{}: already exists; choose another name or add --force",
                                       "{}: 이미 있는 파일입니다. 다른 이름을 고르거나 --force를 붙이세요"};
inline constexpr Message kOutputBusy{"{}: another process is writing it; wait for it or choose another name",
                                     "{}: 다른 프로세스가 쓰고 있습니다. 기다리거나 다른 이름을 고르세요"};
inline constexpr Message kOutputIsInput{"{}: output and input are the same file",
                                        "{}: 출력 파일과 입력 파일이 같습니다"};
inline constexpr Message kInterrupted{"interrupted; nothing was left behind", "중단했습니다. 쓰다 만 파일은 지웠습니다"};

}  // namespace ondol::msg
