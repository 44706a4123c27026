// Texts of `ondol bench`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kBenchSummary{"measure speed beside this machine's limits",
                                       "속도를 재고 이 기기의 한계와 견줍니다"};
inline constexpr Message kBenchModel{"model file", "모델 파일"};
inline constexpr Message kBenchShape{"a model of this shape with random weights instead of a file: {}",
                                     "파일 대신 이 크기의 모델을 무작위 가중치로 만들어 잽니다: {}"};
inline constexpr Message kBenchType{"tensor type of --shape (default Q4_0)", "--shape의 텐서 형식 (기본 Q4_0)"};
inline constexpr Message kBenchWrite{"save the model of --shape as GGUF, so that other programs can run the same file",
                                     "--shape로 만든 모델을 GGUF 파일로 저장합니다. 다른 프로그램으로도 같은 파일을 잴 수 있습니다"};
inline constexpr Message kBenchRounds{"rounds; medians are over them (default 3)", "반복 횟수. 중앙값을 냅니다 (기본 3)"};
inline constexpr Message kBenchNeedsOne{"bench needs either a model file or --shape; see ondol bench --help",
                                        "모델 파일이나 --shape 가운데 하나를 주어야 합니다. ondol bench --help를 보세요"};
inline constexpr Message kBenchWriteNeedsShape{"--write and --type go with --shape only", "--write와 --type은 --shape와 함께만 쓸 수 있습니다"};
inline constexpr Message kBenchUnknownShape{"unknown shape \"{}\"; known shapes: {}", "\"{}\"라는 크기는 없습니다. 쓸 수 있는 크기: {}"};
inline constexpr Message kBenchOutOfRange{"{} = {} is out of range, expected {} to {}",
                                          "{} = {} 값이 범위를 벗어났습니다. {}에서 {} 사이여야 합니다"};
inline constexpr Message kBenchRunning{"measuring", "측정 중"};
inline constexpr Message kBenchWriting{"writing {}", "{} 쓰는 중"};
inline constexpr Message kBenchHead{"{}  {} threads, {} kernels, median of {}", "{}  스레드 {}개, {} 커널, {}번 잰 중앙값"};
inline constexpr Message kBenchLimits{"this machine    reads {:.1f} GB/s, multiplies int8 {:.0f} GOP/s, bf16 {:.0f} GFLOP/s, f32 {:.0f} GFLOP/s",
                                      "이 기기         읽기 {:.1f} GB/s, 곱셈 int8 {:.0f} GOP/s, bf16 {:.0f} GFLOP/s, f32 {:.0f} GFLOP/s"};
inline constexpr Message kBenchPrefill{"prefill {:>5}   {:>8.1f} tokens/s   {:>5.1f} % of the {} peak",
                                       "입력 {0:>5}토큰    {1:>8.1f} 토큰/초    {3} 한계의 {2:>5.1f} %"};
inline constexpr Message kBenchDecode{"decode at {:>5} {:>8.1f} tokens/s   {:>5.1f} % of the read bandwidth",
                                      "{:>5}토큰 뒤 생성 {:>8.1f} 토큰/초  읽기 대역폭의 {:>5.1f} %"};
inline constexpr Message kBenchRest{"KL to the exact path {:.3g}   load {:.2f} s   peak memory {} bytes",
                                    "정밀 계산과의 KL {:.3g}   불러오기 {:.2f}초   최대 메모리 {}바이트"};
inline constexpr Message kBenchUnsteady{"the machine's limits moved by more than 10 % during {} of {} rounds; compare with care",
                                        "{1}번 가운데 {0}번은 재는 동안 기기의 한계가 10 % 넘게 흔들렸습니다. 비교할 때 주의하세요"};

}  // namespace ondol::msg
