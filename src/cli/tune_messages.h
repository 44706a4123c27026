// Texts of `ondol tune`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kTuneSummary{"teach a model a field: LoRA, or full training, on the CPU",
                                      "모델에 한 분야를 가르칩니다: LoRA 또는 전체 학습, CPU에서"};
inline constexpr Message kTuneModelArgument{"model file; with --init a file that holds the tokenizer",
                                            "모델 파일. --init을 쓰면 토크나이저가 든 파일"};
inline constexpr Message kTuneDataArgument{
    "data: JSONL chats (messages) or prompt/completion, CSV, TSV or plain text; more files may follow",
    "데이터: JSONL 대화(messages)나 prompt/completion, CSV, TSV, 일반 텍스트. 여러 개 가능"};
inline constexpr Message kTuneOutputOption{
    "what to write: an adapter (NAME.gguf, or a folder in PEFT form); with --merge, --full or --init a model",
    "쓸 것: 어댑터(이름.gguf 또는 PEFT 폴더). --merge, --full, --init이면 모델"};
inline constexpr Message kTuneFullOption{"train all weights instead of a LoRA adapter",
                                         "LoRA 어댑터 대신 모든 가중치를 학습합니다"};
inline constexpr Message kTuneInitOption{
    "begin with a new model of this shape: layers=6,hidden=256,heads=8,kv_heads=2,ffn=768,context=512",
    "이 크기의 새 모델로 시작합니다: layers=6,hidden=256,heads=8,kv_heads=2,ffn=768,context=512"};
inline constexpr Message kTuneMergeOption{"write the model with the adapter merged into it",
                                          "어댑터를 합친 모델을 씁니다"};
inline constexpr Message kTuneRankOption{"rank of the adapter (default 16)", "어댑터의 랭크 (기본 16)"};
inline constexpr Message kTuneAlphaOption{"alpha of the adapter (default twice the rank)",
                                          "어댑터의 알파 (기본: 랭크의 두 배)"};
inline constexpr Message kTuneDropoutOption{"dropout of the adapter's input (default 0)",
                                            "어댑터 입력의 드롭아웃 (기본 0)"};
inline constexpr Message kTuneTargetsOption{
    "matrices with an adapter (default all: attn_q,attn_k,attn_v,attn_output,ffn_gate,ffn_up,ffn_down)",
    "어댑터를 붙일 행렬 (기본 전부: attn_q,attn_k,attn_v,attn_output,ffn_gate,ffn_up,ffn_down)"};
inline constexpr Message kTuneRsloraOption{"scale by alpha / sqrt(rank) (rsLoRA)",
                                           "배율을 알파 / √랭크로 합니다 (rsLoRA)"};
inline constexpr Message kTuneEpochsOption{"times through the data (default 3)", "데이터를 도는 횟수 (기본 3)"};
inline constexpr Message kTuneStepsOption{"steps in all, instead of --epochs", "--epochs 대신 전체 단계 수"};
inline constexpr Message kTuneRateOption{"highest learning rate (default 2e-4, 1e-3 with --init, 2e-5 with --full)",
                                         "최대 학습률 (기본 2e-4, --init이면 1e-3, --full이면 2e-5)"};
inline constexpr Message kTuneScheduleOption{"how the learning rate falls (default cosine)",
                                             "학습률이 줄어드는 모양 (기본 cosine)"};
inline constexpr Message kTuneWarmupOption{"steps of warm-up (default 3 % of all)", "예열 단계 수 (기본: 전체의 3 %)"};
inline constexpr Message kTuneDecayOption{"weight decay (default 0.01)", "가중치 감쇠 (기본 0.01)"};
inline constexpr Message kTuneClipOption{"largest norm of a step's gradient (default 1, 0: no limit)",
                                         "한 단계 기울기의 최대 크기 (기본 1, 0: 제한 없음)"};
inline constexpr Message kTuneBeta2Option{"AdamW's second beta (default 0.99)", "AdamW의 둘째 베타 (기본 0.99)"};
inline constexpr Message kTuneBatchOption{"tokens of a step (default 4096)", "한 단계의 토큰 수 (기본 4096)"};
inline constexpr Message kTuneMicroOption{"tokens computed at a time, which decides the memory (default 1024)",
                                          "한 번에 계산하는 토큰 수, 메모리가 이에 따라 정해집니다 (기본 1024)"};
inline constexpr Message kTunePrecisionOption{"numbers that are multiplied: bf16 where the CPU has it (default), f32",
                                              "곱셈에 쓰는 수: CPU가 지원하면 bf16(기본), f32"};
inline constexpr Message kTuneSeedOption{"seed of order, dropout and new weights (default 1)",
                                         "순서, 드롭아웃, 새 가중치의 난수 씨앗 (기본 1)"};
inline constexpr Message kTuneHeldOutOption{"share of the prompts held out of training (default 0.05), or a data file",
                                            "학습에서 빼고 평가에 쓸 질문의 비율 (기본 0.05), 또는 데이터 파일"};
inline constexpr Message kTuneColumnsOption{"columns of the data: prompt=document,completion=label or text=document",
                                            "데이터의 열: prompt=document,completion=label 또는 text=document"};
inline constexpr Message kTuneMapOption{"answers by the labels of the data: 0=부정,1=긍정",
                                        "데이터 라벨에 해당하는 답: 0=부정,1=긍정"};
inline constexpr Message kTuneFormatOption{"format of the data (default: by its name)",
                                           "데이터의 형식 (기본: 이름으로 판단)"};
inline constexpr Message kTunePromptsOption{"the loss counts prompts, too", "질문도 손실에 넣습니다"};
inline constexpr Message kTuneStrictOption{"an example that is empty or too long is an error",
                                           "비어 있거나 너무 긴 예제를 오류로 봅니다"};
inline constexpr Message kTuneLogOption{"write every step's loss to this file (JSONL, for `ondol plot`)",
                                        "단계마다 손실을 이 파일에 씁니다 (JSONL, `ondol plot`용)"};
inline constexpr Message kTuneResumeOption{"continue the run whose checkpoint stands beside the output",
                                           "출력 파일 옆의 중간 저장 파일에서 이어서 학습합니다"};
inline constexpr Message kTuneStopOption{"save a checkpoint and stop after so many minutes",
                                         "이 시간(분)이 지나면 중간 저장하고 멈춥니다"};
inline constexpr Message kTuneEveryOption{"steps between losses on held-out data (default: twenty times in all)",
                                          "평가용 데이터의 손실을 재는 간격(단계) (기본: 모두 20번)"};
inline constexpr Message kTuneSchemaOption{"JSON Schema of the answers, stored in the model and obeyed by `run`",
                                           "답의 JSON Schema. 모델에 저장되고 `run`이 따릅니다"};
inline constexpr Message kTuneNameOption{"name of the new model, as `show` tells it", "`show`에 나올 새 모델의 이름"};
inline constexpr Message kTuneTypeOption{"type of the written matrices (default F16): {}",
                                         "저장할 행렬의 형식 (기본 F16): {}"};

inline constexpr Message kTuneTeacherOption{
    "learn from what this model says, too (distillation); its tokenizer may be another; with --synthesise also the "
    "address of an endpoint",
    "이 모델이 하는 말에서도 배웁니다 (증류). 토크나이저는 달라도 됩니다. --synthesise를 쓰면 주소도 가능"};
inline constexpr Message kTuneDivergenceOption{"how the student is drawn to its teacher (default forward)",
                                               "학생을 선생에 맞추는 방식 (기본 forward)"};
inline constexpr Message kTuneTemperatureOption{"temperature of the teacher's and student's logits (default 1)",
                                                "선생과 학생 로짓의 온도 (기본 1)"};
inline constexpr Message kTuneShareOption{"the teacher's share of the loss (default 0.5)",
                                          "손실에서 선생이 차지하는 몫 (기본 0.5)"};
inline constexpr Message kTuneTopOption{
    "tokens kept of each distribution of a teacher with the model's vocabulary (default 16)",
    "어휘가 같은 선생의 분포마다 남기는 토큰 수 (기본 16)"};
inline constexpr Message kTuneCacheOption{"keep what the teacher says in this file, for other runs",
                                          "선생의 답을 이 파일에 남겨 다음 학습에도 씁니다"};
inline constexpr Message kTuneSynthesiseOption{
    "first let the teacher write N more pairs like the data, kept in OUT.synthesised.jsonl (see `ondol synthesise`)",
    "먼저 선생이 데이터와 비슷한 쌍 N개를 더 쓰게 합니다. OUT.synthesised.jsonl에 남습니다 (`ondol synthesise` 참고)"};
inline constexpr Message kTunePurposeOption{"what the model is for, which the data's licences must allow",
                                            "모델의 용도. 데이터의 라이선스가 허용해야 합니다"};
inline constexpr Message kTuneAcceptOption{"train in spite of this licence (may be repeated)",
                                           "이 라이선스가 걸려도 학습합니다 (여러 번 가능)"};

inline constexpr Message kTuneEndpointNoLogits{
    "--teacher {}: an endpoint gives no logits to learn from, but it can write data: add --synthesise N and --task",
    "--teacher {}: 주소에서는 배울 로짓을 얻을 수 없지만 데이터를 쓰게 할 수는 있습니다. --synthesise N과 --task를 "
    "더하세요"};
inline constexpr Message kTuneNotAsked{"{} needs {}; add it", "{}에는 {}도 있어야 합니다. 더하세요"};
inline constexpr Message kTuneEndpointWrites{
    "the endpoint {} only writes data; it gives no logits, so there is no distillation",
    "주소 {}은(는) 데이터만 씁니다. 로짓을 주지 않으므로 증류는 하지 않습니다"};
inline constexpr Message kTuneSynthesisStopped{
    "stopped; {} keeps the {} pairs so far: repeat the command to go on",
    "멈췄습니다. 지금까지의 쌍 {1}개가 {0}에 남았습니다. 같은 명령을 다시 하면 이어서 씁니다"};

inline constexpr Message kTunePlan{
    "{} examples, {} tokens, of which {} are learned; {} held out; {} trained parameters of {}; {} steps, {:.2g} "
    "operations",
    "예제 {}개, 토큰 {}개(그중 {}개를 학습), 평가용 {}개; 학습할 매개변수 {}개(전체 {}개); {}단계, 연산 {:.2g}번"};
inline constexpr Message kTuneLine{"step {}/{}  loss {:.4f}  {}{:.0f} tokens/s  {} left",
                                   "{}/{}단계  손실 {:.4f}  {}{:.0f}토큰/초  {} 남음"};
inline constexpr Message kTuneHeldOut{"held-out {:.4f}  ", "평가 {:.4f}  "};
inline constexpr Message kTuneDone{"{}: {} steps, loss {:.4f}{}; KL of the file to the trainer {:.1e}",
                                   "{}: {}단계, 손실 {:.4f}{}; 학습기와 파일의 KL {:.1e}"};
inline constexpr Message kTuneRounded{"rounding the trained weights to 16 bits moved the model by a KL of {:.1e}",
                                      "학습한 가중치를 16비트로 반올림하면서 모델이 KL {:.1e}만큼 달라졌습니다"};
inline constexpr Message kTuneDoneHeldOut{", held-out {:.4f}", ", 평가 손실 {:.4f}"};
inline constexpr Message kTuneStopped{
    "stopped after {} of {} steps; {} is kept: repeat the command with --resume",
    "{}/{}단계에서 멈췄습니다. {} 파일을 남겼습니다. 같은 명령에 --resume을 더하세요"};
inline constexpr Message kTuneInterrupted{"interrupted; {} is kept: repeat the command with --resume",
                                          "중단했습니다. {} 파일을 남겼습니다. 같은 명령에 --resume을 더하세요"};
inline constexpr Message kTuneCheckpointThere{
    "{}: a checkpoint of an unfinished run; add --resume to continue it, or --force to begin again",
    "{}: 끝나지 않은 학습의 중간 저장 파일입니다. 이어서 하려면 --resume, 새로 하려면 --force를 더하세요"};
inline constexpr Message kTuneFullOrInit{"--full and --init train all weights, and {} belongs to an adapter",
                                         "--full과 --init은 모든 가중치를 학습합니다. {}는 어댑터에만 씁니다"};
inline constexpr Message kTuneNoSuchChoice{"{} {}: expected {}", "{} {}: {}이어야 합니다"};
inline constexpr Message kTuneReadingData{"reading data", "데이터 읽는 중"};
inline constexpr Message kTuneMinutes{"{:.0f} min", "{:.0f}분"};
inline constexpr Message kWorkLeft{"{}, {} left", "{}, {} 남음"};
inline constexpr Message kTuneSeconds{"{:.0f} s", "{:.0f}초"};
inline constexpr Message kTuneHours{"{:.1f} h", "{:.1f}시간"};
inline constexpr Message kTuneSchemaBroken{"--schema {}: {}", "--schema {}: {}"};

}  // namespace ondol::msg
