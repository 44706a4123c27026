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

# Objects of TYPE, one in each file of FOLDER (below src/) and named after it, of the namespace NAME.
function(ondol_write_object_list folder type name user)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  set(declarations "")
  set(entries "")
  foreach(path ${files})
    get_filename_component(stem ${path} NAME_WE)
    if(NOT stem MATCHES "_test$")
      string(REPLACE "-" "_" object ${stem})
      string(APPEND declarations "extern const ${type} ${object}\;\n")
      list(APPEND entries "&${object}")
    endif()
  endforeach()
  string(REPLACE ";" ", " entries "${entries}")
  string(REPLACE "\\;" ";" declarations "${declarations}")
  ondol_write_list(${generated}/${folder}_list.h
"// Generated from the file names of src/${folder}/; included by ${user} only.
#pragma once
#include \"${folder}.h\"
namespace ondol::${name} {
${declarations}
inline constexpr const ${type}* kAll[] = {${entries}};
}  // namespace ondol::${name}
")
endfunction()
ondol_write_object_list(server/endpoint Endpoint endpoint server/service.cpp)
ondol_write_object_list(cli/command Command command cli/command.cpp)
