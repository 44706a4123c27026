// Texts of `plan`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kPlanSummary{"what a model will take of memory and time, and what fits a device",
                                      "모델이 쓸 메모리와 속도, 기기에 맞는 것을 미리 알려 줍니다"};
inline constexpr Message kPlanModel{"model file; without one: what models could fit",
                                    "모델 파일. 없으면 어떤 모델이 맞는지 보여 줍니다"};
inline constexpr Message kPlanPrefillOption{"tokens of the prompt (default: all of the context but what is generated)",
                                            "프롬프트의 토큰 수 (기본: 생성할 몫을 뺀 컨텍스트 전부)"};
inline constexpr Message kPlanPredictOption{"tokens generated behind it (default 32)",
                                            "그 뒤에 만들 토큰 수 (기본 32)"};
inline constexpr Message kPlanRamOption{"memory it has to fit: 600M, 1.5GB (default: what is free here)",
                                        "들어가야 할 메모리: 600M, 1.5GB (기본: 지금 남은 메모리)"};
inline constexpr Message kPlanSpeedOption{"tokens a second it has to generate", "초당 만들어야 할 토큰 수"};
inline constexpr Message kPlanDeviceOption{"a device that is not here (JSON); nothing is timed then",
                                           "여기에 없는 기기(JSON). 이때는 속도를 재지 않습니다"};
inline constexpr Message kPlanVerifyOption{"run the model, too, and print how far the prediction was off",
                                           "모델을 실제로 돌려 예측이 얼마나 빗나갔는지도 보여 줍니다"};
inline constexpr Message kPlanVerifyNeedsModel{"--verify runs a model: name one", "--verify에는 모델이 있어야 합니다"};
inline constexpr Message kPlanRunNeedsModel{"--prefill, --predict and --low-memory are about one model: name it",
                                            "--prefill, --predict, --low-memory에는 모델이 있어야 합니다"};
inline constexpr Message kPlanVerifyElsewhere{
    "--verify runs the model here, --device is about another machine: take one",
    "--verify는 여기서, --device는 다른 기기를 다룹니다. 하나만 쓰세요"};
inline constexpr Message kPlanTooLong{"{} prompt tokens and {} generated ones do not fit a context of {}",
                                      "프롬프트 {}토큰과 생성할 {}토큰은 컨텍스트 {}토큰에 들어가지 않습니다"};

inline constexpr Message kPlanRowModel{"model", "모델"};
inline constexpr Message kPlanModelValue{"{}: {}, {} parameters, {}", "{}: {}, 매개변수 {}, {}"};
inline constexpr Message kPlanRowRun{"run", "실행"};
inline constexpr Message kPlanRunValue{"context {}, KV {}, {} threads, a prompt of {} tokens and {} generated",
                                       "컨텍스트 {}, KV {}, 스레드 {}, 프롬프트 {}토큰과 생성 {}토큰"};
inline constexpr Message kPlanRowMemory{"memory", "메모리"};
inline constexpr Message kPlanMemoryValue{
    "{} at most: weights {}, mapped file {}, KV cache {}, buffers {}, vocabulary {}, "
    "program {}",
    "최대 {}: 가중치 {}, 사상한 파일 {}, KV 캐시 {}, 버퍼 {}, 어휘 {}, 프로그램 {}"};
inline constexpr Message kPlanRowSpeed{"speed", "속도"};
inline constexpr Message kPlanSpeedValue{"prefill {:.1f} tokens/s, decode {:.1f} tokens/s (on an empty context {:.1f})",
                                         "프롬프트 {:.1f}토큰/초, 생성 {:.1f}토큰/초 (빈 컨텍스트에서 {:.1f})"};
inline constexpr Message kPlanDecodeOnly{
    "decode {:.1f} tokens/s (on an empty context {:.1f}); prefill unknown: the device's int8_gop_s is not given",
    "생성 {:.1f}토큰/초 (빈 컨텍스트에서 {:.1f}). 기기의 int8_gop_s가 없어 프롬프트 속도는 알 수 없습니다"};
inline constexpr Message kPlanRowFrom{"told from", "근거"};
inline constexpr Message kPlanFromProbe{"the header ({:.1f} ms) and layers of its shape timed here ({:.1f} s)",
                                        "머리말({:.1f} ms)과 여기서 잰 같은 모양의 층({:.1f}초)"};
inline constexpr Message kPlanFromDevice{"the header ({:.1f} ms) and the limits of {}",
                                         "머리말({:.1f} ms)과 {}의 한계"};
inline constexpr Message kPlanRowMeasured{"measured", "실측"};
inline constexpr Message kPlanMeasuredValue{
    "memory {} ({:+.1f} %), prefill {:.1f} tokens/s ({:+.1f} %), decode {:.1f} tokens/s ({:+.1f} %)",
    "메모리 {} ({:+.1f} %), 프롬프트 {:.1f}토큰/초 ({:+.1f} %), 생성 {:.1f}토큰/초 ({:+.1f} %)"};
inline constexpr Message kPlanRowFits{"fits", "맞음"};
inline constexpr Message kPlanFitsIn{"yes, in {} with {} to spare", "예. {} 안에 들어가고 {} 남습니다"};
inline constexpr Message kPlanLacksMemory{"no: needs {}, {} more than {}", "아니요. {0}가 필요해 {2}보다 {1} 많습니다"};
inline constexpr Message kPlanLacksSpeed{"no: {:.1f} tokens/s on a full context, {:.1f} are wanted",
                                         "아니요. 꽉 찬 컨텍스트에서 {:.1f}토큰/초인데 {:.1f}토큰/초가 필요합니다"};
inline constexpr Message kPlanRowContext{"at most", "최대"};
inline constexpr Message kPlanContextValue{"a context of {} with KV {}", "KV {1}로 컨텍스트 {0}"};
inline constexpr Message kPlanNoContext{"no context at all with KV {}", "KV {}로는 어떤 컨텍스트도 안 됨"};
inline constexpr Message kPlanRowTry{"try", "방법"};
inline constexpr Message kPlanTryShrink{"ondol shrink {} --size {} --text FIELD.txt -o small.gguf",
                                        "ondol shrink {} --size {} --text FIELD.txt -o small.gguf"};
inline constexpr Message kPlanTryNothing{
    "no file of this model is small enough: less context, fewer layers or a smaller model",
    "이 모델로는 어떤 크기로도 안 됩니다. 컨텍스트를 줄이거나 더 작은 모델을 쓰세요"};

// Without a model
inline constexpr Message kPlanShapesGoal{
    "in {} of memory, at {:g} tokens/s or more, {} threads, {:.1f} GB/s read: the largest type of each shape that fits",
    "메모리 {}, {:g}토큰/초 이상, 스레드 {}개, 읽기 {:.1f} GB/초: 모델 모양마다 들어가는 가장 큰 형식"};
inline constexpr Message kPlanShape{"shape", "모양"};
inline constexpr Message kPlanParameters{"parameters", "매개변수"};
inline constexpr Message kPlanType{"type", "형식"};
inline constexpr Message kPlanFile{"file", "파일"};
inline constexpr Message kPlanContext{"context", "컨텍스트"};
inline constexpr Message kPlanDecode{"tokens/s", "토큰/초"};
inline constexpr Message kPlanNo{"no", "아니요"};

}  // namespace ondol::msg
