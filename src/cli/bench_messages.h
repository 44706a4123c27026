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
inline constexpr Message kBenchWrite{
    "save the model of --shape as GGUF, so that other programs can run the same file",
    "--shape로 만든 모델을 GGUF 파일로 저장합니다. 다른 프로그램으로도 같은 파일을 잴 수 있습니다"};
inline constexpr Message kBenchLayout{"order of the weights in the file of --write (default file)",
                                      "--write로 저장할 파일의 가중치 배치 (기본 file)"};
inline constexpr Message kBenchLayoutNeedsWrite{"--layout goes with --write only",
                                                "--layout은 --write와 함께만 쓸 수 있습니다"};
inline constexpr Message kBenchRounds{"rounds; medians are over them (default 3)",
                                      "반복 횟수. 중앙값을 냅니다 (기본 3)"};
inline constexpr Message kBenchPrefillOption{"prompt lengths to measure; 0: none (default 128,512,2048)",
                                             "잴 입력 길이. 0이면 재지 않습니다 (기본 128,512,2048)"};
inline constexpr Message kBenchPredictOption{"tokens to generate at each depth; 0: none (default 32)",
                                             "깊이마다 생성할 토큰 수. 0이면 재지 않습니다 (기본 32)"};
inline constexpr Message kBenchDepthOption{"tokens before those generated (default 0,1024,4096)",
                                           "생성에 앞서 채워 둘 토큰 수 (기본 0,1024,4096)"};
inline constexpr Message kBenchDistortionOption{"print what each tensor type loses on random weights, without a model",
                                                "모델 없이, 텐서 형식마다 무작위 가중치에서 잃는 정도를 출력합니다"};
inline constexpr Message kBenchDistortionAlone{"--distortion measures tensor types; leave out the model and --shape",
                                               "--distortion은 텐서 형식만 잽니다. 모델과 --shape는 빼세요"};
inline constexpr Message kBenchDistortionHead{
    "mean squared error over mean square of random weights; least: times the least any code of as many bits can lose\n"
    "type        bits   gaussian student-t5   least",
    "무작위 가중치의 제곱 평균에 대한 평균 제곱 오차. least: 같은 비트 수로 잃을 수 있는 최소치의 몇 배인지\n"
    "형식        비트   정규분포  t분포(5)     least"};
inline constexpr Message kBenchNoKlOption{"leave out the comparison with the exact path",
                                          "정밀 계산과의 비교를 생략합니다"};
inline constexpr Message kBenchNothing{"nothing to measure: --prefill 0 and --predict 0 leave nothing",
                                       "잴 것이 없습니다. --prefill 0과 --predict 0을 함께 주었습니다"};
inline constexpr Message kBenchBeyondContext{"{}: cannot measure {} tokens, the context is {} tokens long",
                                             "{}: {}토큰은 잴 수 없습니다. 문맥 길이가 {}토큰입니다"};
inline constexpr Message kBenchNeedsOne{
    "bench needs either a model file or --shape; see ondol bench --help",
    "모델 파일이나 --shape 가운데 하나를 주어야 합니다. ondol bench --help를 보세요"};
inline constexpr Message kBenchWriteNeedsShape{"--write and --type go with --shape only",
                                               "--write와 --type은 --shape와 함께만 쓸 수 있습니다"};
inline constexpr Message kBenchUnknownShape{"unknown shape \"{}\"; known shapes: {}",
                                            "\"{}\"라는 크기는 없습니다. 쓸 수 있는 크기: {}"};
inline constexpr Message kBenchOutOfRange{"{} = {} is out of range, expected {} to {}",
                                          "{} = {} 값이 범위를 벗어났습니다. {}에서 {} 사이여야 합니다"};
inline constexpr Message kBenchRunning{"measuring", "측정 중"};
inline constexpr Message kBenchWriting{"writing {}", "{} 쓰는 중"};
inline constexpr Message kBenchHead{"{}  {} threads, {} kernels, median of {}",
                                    "{}  스레드 {}개, {} 커널, {}번 잰 중앙값"};
inline constexpr Message kBenchMatrixUnit{
    "matrix unit     int8 {:.0f} GOP/s at most; shares below are of the vector units' peak",
    "행렬 장치       int8 최대 {:.0f} GOP/s. 아래 비율은 벡터 장치의 최대치에 대한 것"};
inline constexpr Message kBenchLimits{
    "this machine    reads {:.1f} GB/s, multiplies int8 {:.0f} GOP/s, bf16 {:.0f} GFLOP/s, f32 {:.0f} GFLOP/s",
    "이 기기         읽기 {:.1f} GB/s, 곱셈 int8 {:.0f} GOP/s, bf16 {:.0f} GFLOP/s, f32 {:.0f} GFLOP/s"};
inline constexpr Message kBenchPrefill{"prefill {:>5}   {:>8.1f} tokens/s   {:>5.1f} % of the {} peak   {}",
                                       "입력 {0:>5}토큰    {1:>8.1f} 토큰/초    {3} 한계의 {2:>5.1f} %   {4}"};
inline constexpr Message kBenchBatchOption{"sequences that decode side by side; 0: none (default 8,32)",
                                           "나란히 생성할 시퀀스 수. 0이면 재지 않습니다 (기본 8,32)"};
inline constexpr Message kBenchBatch{
    "batch of {:>5}   {:>8.1f} tokens/s   {:>5.2f} x one sequence, {:.1f} % of the {} peak",
    "묶음 {0:>5}개     {1:>8.1f} 토큰/초    하나의 {2:>5.2f}배, {4} 한계의 {3:.1f} %"};
inline constexpr Message kBenchDecode{"decode at {:>5} {:>8.1f} tokens/s   {:>5.1f} % of the read bandwidth   {}",
                                      "{:>5}토큰 뒤 생성 {:>8.1f} 토큰/초  읽기 대역폭의 {:>5.1f} %   {}"};
inline constexpr Message kBenchCost{"a token: {:.3g} ms of CPU, {:.3g} MB read", "토큰당 CPU {:.3g}ms, 읽기 {:.3g}MB"};
inline constexpr Message kBenchEnergy{", {:.3g} J ({:.3g} tokens/J)", ", {:.3g}J (J당 {:.3g}토큰)"};
inline constexpr Message kEnergyLine{"energy          {}", "에너지          {}"};
inline constexpr Message kEnergyRapl{"by the processor's RAPL counter (sockets without memory)",
                                     "프로세서의 RAPL 계수기 (메모리는 빠짐)"};
inline constexpr Message kEnergyBattery{"by the battery's gauge (the whole device)", "배터리 계측값 (기기 전체)"};
inline constexpr Message kEnergyForbidden{
    "not available: the RAPL counter may not be read by this user; run as root, or allow reading "
    "/sys/class/powercap/intel-rapl:*/energy_uj",
    "알 수 없음: 이 사용자는 RAPL 계수기를 읽을 수 없습니다. root로 실행하거나 "
    "/sys/class/powercap/intel-rapl:*/energy_uj를 읽도록 허용하세요"};
inline constexpr Message kEnergyNone{"not available: this machine shows no RAPL counter and no discharging battery",
                                     "알 수 없음: RAPL 계수기도 방전 중인 배터리도 없습니다"};
inline constexpr Message kBenchKl{"KL to the exact path {:.3g}", "정밀 계산과의 KL {:.3g}"};
inline constexpr Message kBenchRest{"load {:.2f} s ({})   peak memory {} bytes",
                                    "불러오기 {:.2f}초 ({})   최대 메모리 {}바이트"};
inline constexpr Message kBenchMapped{"weights mapped in run layout", "run 배치 그대로 펼침"};
inline constexpr Message kBenchRepacked{"weights repacked into run layout", "run 배치로 재배치함"};
inline constexpr Message kBenchLowMemory{"weights left in file layout", "file 배치로 둠"};
inline constexpr Message kBenchUnsteady{
    "the machine's limits moved by more than 10 % during {} of {} rounds; compare with care",
    "{1}번 가운데 {0}번은 재는 동안 기기의 한계가 10 % 넘게 흔들렸습니다. 비교할 때 주의하세요"};

inline constexpr Message kBenchTrainOption{"measure training instead: of a LoRA adapter or of all weights",
                                           "대신 학습 속도를 잽니다: LoRA 어댑터 또는 모든 가중치"};
inline constexpr Message kBenchTrainTokensOption{"tokens of a training step (default 256)",
                                                 "학습 한 단계의 토큰 수 (기본 256)"};
inline constexpr Message kBenchRankOption{"rank of the adapter of --train lora (default 16)",
                                          "--train lora의 어댑터 랭크 (기본 16)"};
inline constexpr Message kBenchTrainKind{"--train {}: expected lora or full",
                                         "--train {}: lora 또는 full이어야 합니다"};
inline constexpr Message kBenchTrainKvType{"--kv-type has no effect on --train: training keeps no cache",
                                           "--kv-type은 --train에 쓰이지 않습니다. 학습은 캐시를 두지 않습니다"};
inline constexpr Message kBenchTrain{
    "training {} with {} tokens   {:.1f} tokens/s   {:.0f} GFLOP/s, {:.1f} % of the f32 peak   {} parameters, peak "
    "memory {}",
    "학습({}) {}토큰   {:.1f} 토큰/초   {:.0f} GFLOP/s, f32 한계의 {:.1f} %   매개변수 {}개, 최대 메모리 {}"};

}  // namespace ondol::msg
