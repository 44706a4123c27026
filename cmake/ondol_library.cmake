# Test files are not optimised in the sanitizer build: what they run stands in the libraries, and for what they do
# themselves optimisation costs more than it saves.
function(ondol_compile_tests_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0>)
endfunction()

# ondol_library(NAME base [DEPENDS floors…] [LIBRARIES foreign…])
#
# One call per folder of src/: every .cpp below it becomes the static library ondol_NAME, which sees only the floors
# in DEPENDS; every *_test.cpp becomes the program test_NAME and one ctest entry.
function(ondol_library)
  cmake_parse_arguments(LIB "" "NAME" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(type STATIC)
  set(visibility PUBLIC)
  if(NOT sources)
    set(type INTERFACE)
    set(visibility INTERFACE)
  endif()
  add_library(ondol_${LIB_NAME} ${type} ${sources})
  target_include_directories(ondol_${LIB_NAME} ${visibility} ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
  list(TRANSFORM LIB_DEPENDS PREPEND ondol_ OUTPUT_VARIABLE floors)
  target_link_libraries(ondol_${LIB_NAME} ${visibility} ${floors} ${LIB_LIBRARIES})
  if(sources AND NOT LIB_NAME STREQUAL "kernel")
    target_compile_options(ondol_${LIB_NAME} PRIVATE -Wconversion -Wno-sign-conversion)
    if(NOT LIB_NAME STREQUAL "tensor")  # whose files differ in their flags
      ondol_precompile(ondol_${LIB_NAME})
    endif()
  endif()

  if(ONDOL_TESTS AND tests)
    find_package(GTest REQUIRED)
    add_executable(test_${LIB_NAME} ${tests})
    target_link_libraries(test_${LIB_NAME} PRIVATE ondol_${LIB_NAME} GTest::gtest GTest::gtest_main)
    target_compile_definitions(test_${LIB_NAME} PRIVATE ONDOL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    if(NOT LIB_NAME STREQUAL "kernel")  # whose tests multiply matrices themselves
      ondol_compile_tests_quickly(test_${LIB_NAME})
      ondol_precompile(test_${LIB_NAME} <gtest/gtest.h>)
    endif()
    add_test(NAME ${LIB_NAME} COMMAND test_${LIB_NAME} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
