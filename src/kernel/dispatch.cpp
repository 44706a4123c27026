#include "kernel/dispatch.h"

#include <cstdlib>
#include <vector>

#include "base/check.h"
#include "kernel/isa/tables.h"
#include "kernel/kernel_messages.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace ondol {

bool runs_scalar() { return true; }

#if defined(__x86_64__)
namespace {

// What CPUID says; zeros for a leaf the CPU does not have.  For the features that clang 14 cannot ask for by name.
struct CpuId {
  CpuId(unsigned leaf, unsigned subleaf) { __get_cpuid_count(leaf, subleaf, &eax, &ebx, &ecx, &edx); }
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

}  // namespace

bool runs_avx2() {
  constexpr unsigned kF16c = 1u << 29;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && (CpuId(1, 0).ecx & kF16c) != 0;
}
bool runs_avxvnni() {
  constexpr unsigned kAvxVnni = 1u << 4;
  return runs_avx2() && (CpuId(7, 1).eax & kAvxVnni) != 0;
}
bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni") &&
         __builtin_cpu_supports("avx512bf16");
}
bool runs_amx() {
  constexpr unsigned kTilesInt8AndBf16 = 3u << 24 | 1u << 22;
  if (!runs_avx512() || (CpuId(7, 0).edx & kTilesInt8AndBf16) != kTilesInt8AndBf16) return false;
  // Linux lends the tiles' 8 KiB of state on request, to the whole process.
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#elif defined(__aarch64__)
bool runs_neon() { return (getauxval(AT_HWCAP) & HWCAP_ASIMD) != 0; }
bool runs_dotprod() { return runs_neon() && (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
bool runs_i8mm() { return runs_dotprod() && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0; }
#endif

namespace {

// Slowest first.
struct Family {
  const Kernels* kernels;
  const TrainingKernels* training;
};
constexpr Family kFamilies[] = {
    {&kScalarKernels, &kScalarTrainingKernels},
#if defined(__x86_64__)
    {&kAvx2Kernels, &kAvx2TrainingKernels},     {&kAvxvnniKernels, &kAvx2TrainingKernels},
    {&kAvx512Kernels, &kAvx512TrainingKernels}, {&kAmxKernels, &kAmxTrainingKernels},
#elif defined(__aarch64__)
    {&kNeonKernels, &kNeonTrainingKernels},
    {&kDotprodKernels, &kNeonTrainingKernels},
    {&kI8mmKernels, &kNeonTrainingKernels},
#endif
};

const TrainingKernels* training_of(const Kernels& table) {
  for (const Family& family : kFamilies) {
    if (family.kernels == &table) return family.training;
  }
  CHECK(false);
}

std::string_view isa_override() {
  const char* name = std::getenv("ONDOL_ISA");
  return name == nullptr ? std::string_view() : std::string_view(name);
}

const Kernels* find_table(std::string_view name) {
  for (const Kernels* table : runnable()) {
    if (name == table->isa) return table;
  }
  return nullptr;
}

}  // namespace

std::span<const Kernels* const> runnable() {
  static const std::vector<const Kernels*> tables = [] {
    std::vector<const Kernels*> found;
    for (const Family& family : kFamilies) {
      if (family.kernels->runs_here()) found.push_back(family.kernels);
    }
    return found;
  }();
  return tables;
}

std::span<const TrainingKernels* const> runnable_training() {
  static const std::vector<const TrainingKernels*> tables = [] {
    std::vector<const TrainingKernels*> found;
    for (const Kernels* table : runnable()) {
      const TrainingKernels* training = training_of(*table);
      if (found.empty() || found.back() != training) found.push_back(training);
    }
    return found;
  }();
  return tables;
}

const TrainingKernels& training_kernels() {
  static const TrainingKernels& chosen = *training_of(kernels());
  return chosen;
}

const Kernels& kernels() {
  static const Kernels& chosen = []() -> const Kernels& {
    const Kernels* named = find_table(isa_override());
    return named != nullptr ? *named : *runnable().back();
  }();
  return chosen;
}

Status check_isa_override() {
  const std::string_view name = isa_override();
  if (name.empty() || find_table(name) != nullptr) return ok();
  std::string names;
  for (const Kernels* table : runnable()) names += (names.empty() ? "" : ", ") + std::string(table->isa);
  return fail(ErrorKind::kUsage, msg::kUnknownIsa, name, names);
}

}  // namespace ondol
