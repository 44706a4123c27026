// Texts of the floor `tune`.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kCannotTrainExperts{
    "a model with experts ({}) cannot be tuned; tune a dense model, of llama, qwen3, gemma3, exaone or another family",
    "전문가(expert)가 있는 모델({})은 미세조정할 수 없습니다. llama, qwen3, gemma3, exaone 같은 일반 모델을 쓰세요"};
inline constexpr Message kNoSuchTarget{"--targets {}: the layers have no such matrix; they have {}",
                                       "--targets {}: 층에 그런 행렬이 없습니다. 있는 것은 {}입니다"};
inline constexpr Message kBadRank{"--rank {}: expected 1 to {}, the smaller side of {}",
                                  "--rank {}: 1부터 {}({}의 짧은 변)까지여야 합니다"};

inline constexpr Message kNotARun{"{}: not a checkpoint of a training run", "{}: 학습 중간 저장 파일이 아닙니다"};
inline constexpr Message kAnotherRun{
    "{}: a checkpoint of another run (other settings, model or data); repeat the command it was made with, or start "
    "again with --force",
    "{}: 다른 학습의 중간 저장 파일입니다 (설정, 모델 또는 데이터가 다름). 처음 명령 그대로 다시 실행하거나 --force로 "
    "새로 시작하세요"};
inline constexpr Message kDiverged{
    "step {}: the loss is {:.3g}: learning has diverged; try a learning rate below {:.2g} (--lr)",
    "{}단계: 손실이 {:.3g}입니다. 학습이 발산했습니다. {:.2g}보다 작은 학습률(--lr)을 써 보세요"};

inline constexpr Message kBadShape{
    "--init: \"{}\" is no size; expected layers=N,hidden=N,heads=N and, where wanted, kv_heads, head_dim, ffn, "
    "context, "
    "theta, tied",
    "--init: \"{}\"는 크기가 아닙니다. layers=N,hidden=N,heads=N을 쓰고, 필요하면 kv_heads, head_dim, ffn, context, "
    "theta, tied를 더하세요"};
inline constexpr Message kShapeMisses{"--init {}: layers, hidden and heads must be given",
                                      "--init {}: layers, hidden, heads를 모두 써야 합니다"};
inline constexpr Message kShapeHeads{
    "--init: {} heads, {} kv_heads, head_dim {}: kv_heads must divide heads, and head_dim be a multiple of 8",
    "--init: heads {}, kv_heads {}, head_dim {}: kv_heads는 heads의 약수, head_dim은 8의 배수여야 합니다"};
inline constexpr Message kNewModel{"the new model", "새 모델"};

inline constexpr Message kCannotLog{"{}: the log cannot be written: {}", "{}: 기록을 쓸 수 없습니다: {}"};

inline constexpr Message kTuneNoTokenizer{"{}: holds no tokenizer, so no text can be learned",
                                          "{}: 토크나이저가 없어 글을 학습할 수 없습니다"};
inline constexpr Message kTuneContext{"--ctx-size {}: the model's context has {} tokens",
                                      "--ctx-size {}: 모델의 문맥 길이는 {}토큰입니다"};

inline constexpr Message kCannotCacheTeacher{"{}: what the teacher says cannot be kept: {}",
                                             "{}: 선생 모델의 답을 저장할 수 없습니다: {}"};
inline constexpr Message kTeacherNoTokenizer{"--teacher {}: holds no tokenizer, so it can read no text",
                                             "--teacher {}: 토크나이저가 없어 글을 읽지 못합니다"};
inline constexpr Message kTeacherPrompts{
    "--train-on-prompts: the teacher {} has another vocabulary, and prompts are written by each model's own template; "
    "take the option away",
    "--train-on-prompts: 선생 모델 {}은(는) 어휘가 다르고, 질문은 모델마다 제 템플릿으로 씁니다. 옵션을 빼세요"};
inline constexpr Message kTeacherNothingAligned{
    "--teacher {}: no piece of any answer begins and ends with tokens of both models; take another teacher, or train "
    "the student with the teacher's tokenizer",
    "--teacher {}: 두 모델의 토큰이 함께 시작하고 끝나는 자리가 답에 없습니다. 다른 선생 모델을 쓰거나 선생 모델의 "
    "토크나이저로 학생 모델을 학습하세요"};
inline constexpr Message kTeacherInChunks{
    "the teacher writes other tokens: it is heard on {} pieces of text, {} of the {} learned tokens",
    "선생 모델의 토큰이 다릅니다. 글 조각 {0}개(학습할 토큰 {2}개 중 {1}개)에서 선생을 따릅니다"};
inline constexpr Message kTeacherCacheDamaged{"{}: the file of what the teacher says is damaged; remove it",
                                              "{}: 선생 모델의 답을 담은 파일이 손상되었습니다. 지우세요"};
inline constexpr Message kTeacherNotFinite{"{}: the teacher's logits are not finite; the file is damaged",
                                           "{}: 선생 모델의 로짓이 유한하지 않습니다. 파일이 손상되었습니다"};

}  // namespace ondol::msg
