# Called by the build: FROM (tools/report) is bundled into INTO/parts with NPM and NODE. What goes wrong is no error of
# the build: the parts are then empty, INTO/parts/failed says why.
file(MAKE_DIRECTORY ${INTO}/parts)
file(REMOVE ${INTO}/parts/failed)
file(REMOVE_RECURSE ${INTO}/src)
file(COPY ${FROM}/ DESTINATION ${INTO} PATTERN node_modules EXCLUDE)

file(SHA256 ${FROM}/package-lock.json wanted)
set(have "")
if(EXISTS ${INTO}/fetched)
  file(READ ${INTO}/fetched have)
endif()
set(failed 0)
if(NOT have STREQUAL wanted)
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 WORKING_DIRECTORY ${INTO}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 300)
  if(failed EQUAL 0)
    file(WRITE ${INTO}/fetched ${wanted})
  endif()
endif()
if(failed EQUAL 0)
  execute_process(COMMAND ${NODE} build.mjs parts WORKING_DIRECTORY ${INTO}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT failed EQUAL 0)
    message(FATAL_ERROR "tools/report could not be bundled:\n${said}") # our own fault: a mistake in a source
  endif()
else()
  foreach(part shell.html style.css script.js borders.json)
    file(WRITE ${INTO}/parts/${part} "")
  endforeach()
  file(WRITE ${INTO}/parts/failed "${said}")
  message("qkdes report will have no page, for npm could not fetch its packages (${INTO}/parts/failed says why)")
endif()
