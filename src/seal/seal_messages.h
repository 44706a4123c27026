// Texts of the floor `seal`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kSealUnknownMachine{
    "a sealed run needs Linux on x86-64 or aarch64; nothing was started; run without --sealed, in a container without "
    "a network",
    "봉인 실행에는 x86-64나 aarch64의 리눅스가 필요합니다. 아무것도 시작하지 않았습니다. --sealed를 빼고 네트워크 없는 "
    "컨테이너에서 실행하세요"};
inline constexpr Message kSealNoFilter{
    "this system gives no filter of calls for all threads ({}), so nothing was sealed; use a kernel with seccomp "
    "(4.14 or newer) and a container that allows it, or --seal best-effort",
    "이 시스템에서는 모든 스레드의 호출을 거를 수 없어({}) 봉인하지 않았습니다. seccomp가 있는 커널(4.14 이상)과 이를 "
    "허용하는 컨테이너를 쓰거나 --seal best-effort를 주세요"};
inline constexpr Message kSealNoPrivileges{
    "this system does not let a process give up its privileges ({}), so nothing was sealed; try --seal best-effort",
    "이 시스템에서는 프로세스가 권한을 내려놓을 수 없어({}) 봉인하지 않았습니다. --seal best-effort를 주어 보세요"};
inline constexpr Message kSealBroken{
    "the seal does not hold: {} gave {}; nothing was answered; please report this with your kernel's version",
    "봉인이 새고 있습니다: {} 결과 {}. 아무 답도 하지 않았습니다. 커널 버전과 함께 알려 주세요"};
inline constexpr Message kSealThreadOutside{
    "the seal does not hold: only {} of {} threads are filtered; nothing was answered; please report this with your "
    "kernel's version",
    "봉인이 새고 있습니다: 스레드 {}/{}개만 걸러집니다. 아무 답도 하지 않았습니다. 커널 버전과 함께 알려 주세요"};

inline constexpr Message kSealTitle{"sealed, policy {} (SHA-256)", "봉인됨, 규칙 {}(SHA-256)"};
inline constexpr Message kSealPartTitle{"sealed in part only, policy {} (SHA-256)", "일부만 봉인됨, 규칙 {}(SHA-256)"};
inline constexpr Message kSealRefusedCalls{"tried and refused: {}", "해 보니 막힌 것: {}"};
inline constexpr Message kSealOpenCalls{"tried and NOT refused by the seal: {}", "봉인이 막지 못한 것: {}"};
inline constexpr Message kSealOwnNetwork{"network: a namespace of its own with {}", "네트워크: 전용 네임스페이스, {}"};
inline constexpr Message kSealInterface{"{} ({} bytes received, {} sent)", "{}(받음 {}바이트, 보냄 {}바이트)"};
inline constexpr Message kSealSharedNetwork{"network: the machine's (no namespace of its own)",
                                            "네트워크: 기기와 함께 씀(전용 네임스페이스 없음)"};
inline constexpr Message kSealFiles{"files: Landlock {}, given to read: {}, folders given to write in: {}",
                                    "파일: Landlock {}, 읽도록 준 것 {}개, 쓰도록 준 폴더 {}개"};
inline constexpr Message kSealAnyFile{"files: all that this user may read (no Landlock)",
                                      "파일: 이 사용자가 읽을 수 있는 모든 파일(Landlock 없음)"};
inline constexpr Message kSealThreads{"threads: {} of {} under the filter", "스레드: {}/{}개가 필터 안에 있음"};
inline constexpr Message kSealSocketStreams{"standard streams that are sockets, given by who started this: {}",
                                            "시작한 쪽이 소켓으로 건네준 표준 입출력: {}"};
inline constexpr Message kSealMissing{"missing on this system: {}", "이 시스템에 없는 것: {}"};

inline constexpr Message kSealPartCallFilter{"filter of calls", "호출 필터"};
inline constexpr Message kSealPartUserNamespace{"user namespace", "사용자 네임스페이스"};
inline constexpr Message kSealPartNetworkNamespace{"network namespace", "네트워크 네임스페이스"};
inline constexpr Message kSealPartLandlock{"Landlock for files", "파일용 Landlock"};
inline constexpr Message kSealPartLandlockTcp{"Landlock for TCP", "TCP용 Landlock"};
inline constexpr Message kSealPartPrivileges{"giving up privileges", "권한 내려놓기"};
inline constexpr Message kSealOldKernel{"the kernel is older", "커널이 오래됨"};

}  // namespace ondol::msg
