# Bundles the page of `qkdes report` (tools/report) with npm and makes it part of a target. Without npm, without its
# registry, or under a sanitizer the target has no page: the build goes on, and the program says so when it is asked.
#
# Everything happens in the build folder: sources are copied there, packages are fetched once (and again when
# package-lock.json changes), bundling takes a second and is done again when a source changes.
function(qkdes_report_page target)
  set(from ${CMAKE_CURRENT_SOURCE_DIR}/tools/report)
  set(into ${CMAKE_CURRENT_BINARY_DIR}/report)
  set(parts ${into}/parts/shell.html ${into}/parts/style.css ${into}/parts/script.js ${into}/parts/borders.json)
  find_program(QKDES_NPM npm)
  find_program(QKDES_NODE NAMES node nodejs)
  if(QKDES_NPM AND QKDES_NODE AND NOT QKDES_SANITIZE)
    file(GLOB sources CONFIGURE_DEPENDS ${from}/src/*.js ${from}/*.css ${from}/*.html ${from}/*.mjs)
    if(EXISTS ${into}/parts/failed) # configuring again is how one asks to try again
      file(REMOVE_RECURSE ${into})
    endif()
    add_custom_command(OUTPUT ${parts}
      COMMAND ${CMAKE_COMMAND} -DFROM=${from} -DINTO=${into} -DNPM=${QKDES_NPM} -DNODE=${QKDES_NODE}
              -P ${CMAKE_CURRENT_SOURCE_DIR}/tools/cmake/bundle_report.cmake
      DEPENDS ${sources} ${from}/package.json ${from}/package-lock.json ${from}/.npmrc
              ${CMAKE_CURRENT_SOURCE_DIR}/tools/cmake/bundle_report.cmake
      COMMENT "Bundling the report page" VERBATIM)
    set(QKDES_NO_PAGE "npm could not fetch its packages when it was built")
    set(QKDES_NO_PAGE_REPAIR "where npm reaches its registry: cmake --preset release, then build again")
  else()
    file(MAKE_DIRECTORY ${into}/parts)
    foreach(part ${parts})
      if(NOT EXISTS ${part})
        file(WRITE ${part} "")
      endif()
    endforeach()
    if(QKDES_SANITIZE)
      set(QKDES_NO_PAGE "it was built under a sanitizer, which leaves the page out")
      set(QKDES_NO_PAGE_REPAIR "build/release/qkdes report")
    else()
      message(STATUS "qkdes report will have no page: there is no npm (tools/setup installs it)")
      set(QKDES_NO_PAGE "there was no npm when it was built")
      set(QKDES_NO_PAGE_REPAIR "tools/setup, then cmake --preset release, then build again")
    endif()
  endif()
  set(symbols "")
  foreach(part ${parts})
    get_filename_component(name ${part} NAME_WE)
    string(APPEND symbols "QKDES_PART(${name}, \"${part}\")\n")
  endforeach()
  set(QKDES_PAGE_PARTS ${symbols})
  configure_file(${CMAKE_CURRENT_SOURCE_DIR}/tools/qkdes/report_page.cpp.in ${into}/report_page.cpp @ONLY)
  set_source_files_properties(${into}/report_page.cpp PROPERTIES OBJECT_DEPENDS "${parts}")
  target_sources(${target} PRIVATE ${into}/report_page.cpp)
endfunction()
