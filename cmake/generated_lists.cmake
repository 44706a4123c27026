# Turns the file names of the open sets into C++ lists, so that adding a member edits no other file.
#   src/tensor/quant/q4_k.h        -> struct Q4_K in generated/tensor/quant_list.h
#   src/model/arch/llama.cpp       -> arch::llama() in generated/model/arch_list.h
#   src/server/endpoint/health.cpp -> endpoint::health in generated/server/endpoint_list.h
#   src/cli/command/show.cpp       -> command::show in generated/cli/command_list.h
set(generated ${PROJECT_BINARY_DIR}/generated)

function(ondol_write_list path content)
  file(CONFIGURE OUTPUT ${path} CONTENT "${content}" @ONLY)
endfunction()

file(GLOB quant_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/tensor/quant/*.h)
set(includes "")
set(types "")
foreach(path ${quant_files})
  get_filename_component(stem ${path} NAME_WE)
  string(TOUPPER ${stem} name)
  string(APPEND includes "#include \"tensor/quant/${stem}.h\"\n")
  list(APPEND types ${name})
endforeach()
string(REPLACE ";" ", " types "${types}")
ondol_write_list(${generated}/tensor/quant_list.h
"// Generated from the file names of src/tensor/quant/.
#pragma once
${includes}
namespace ondol {
template <class... Ts> struct QuantList { static constexpr int kSize = sizeof...(Ts); };
using AllQuants = QuantList<${types}>;
}  // namespace ondol
")

file(GLOB arch_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/model/arch/*.cpp)
set(declarations "")
set(entries "")
foreach(path ${arch_files})
  get_filename_component(stem ${path} NAME_WE)
  if(NOT stem MATCHES "_test$")
    string(APPEND declarations "Architecture ${stem}()\;\n")
    list(APPEND entries "${stem}()")
  endif()
endforeach()
string(REPLACE ";" ", " entries "${entries}")
string(REPLACE "\\;" ";" declarations "${declarations}")
ondol_write_list(${generated}/model/arch_list.h
"// Generated from the file names of src/model/arch/; included by model/architecture.cpp only.
#pragma once
#include \"model/architecture.h\"
namespace ondol::arch {
${declarations}
inline std::vector<Architecture> all() { return {${entries}}; }
}  // namespace ondol::arch
")

file(GLOB endpoint_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/server/endpoint/*.cpp)
set(declarations "")
set(entries "")
foreach(path ${endpoint_files})
  get_filename_component(stem ${path} NAME_WE)
  if(NOT stem MATCHES "_test$")
    string(APPEND declarations "extern const Endpoint ${stem}\;\n")
    list(APPEND entries "&${stem}")
  endif()
endforeach()
string(REPLACE ";" ", " entries "${entries}")
string(REPLACE "\\;" ";" declarations "${declarations}")
ondol_write_list(${generated}/server/endpoint_list.h
"// Generated from the file names of src/server/endpoint/; included by server/service.cpp only.
#pragma once
#include \"server/endpoint.h\"
namespace ondol::endpoint {
${declarations}
inline constexpr const Endpoint* kAll[] = {${entries}};
}  // namespace ondol::endpoint
")

file(GLOB command_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/command/*.cpp)
set(declarations "")
set(entries "")
foreach(path ${command_files})
  get_filename_component(stem ${path} NAME_WE)
  if(NOT stem MATCHES "_test$")
    string(REPLACE "-" "_" name ${stem})
    string(APPEND declarations "extern const Command ${name}\;\n")
    list(APPEND entries "&${name}")
  endif()
endforeach()
string(REPLACE ";" ", " entries "${entries}")
string(REPLACE "\\;" ";" declarations "${declarations}")
ondol_write_list(${generated}/cli/command_list.h
"// Generated from the file names of src/cli/command/; included by cli/command.cpp only.
#pragma once
#include \"cli/command.h\"
namespace ondol::command {
${declarations}
inline constexpr const Command* kAll[] = {${entries}};
}  // namespace ondol::command
")
