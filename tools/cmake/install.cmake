# What `cmake --install BUILD --prefix P` puts where. The program finds share/qkdes beside its own folder, so that P can be
# moved afterwards.
include(GNUInstallDirs)

# The program writes its own manual page, completions and schema, right after it was linked; one that cannot run here
# (another machine's) or is instrumented is installed without them.
set(pages ${CMAKE_CURRENT_BINARY_DIR}/pages)
set(qkdes_writes_pages ON)
if(QKDES_SANITIZE OR CMAKE_CROSSCOMPILING)
  set(qkdes_writes_pages OFF)
endif()
if(qkdes_writes_pages)
  file(MAKE_DIRECTORY ${pages})
  add_custom_command(TARGET qkdes POST_BUILD
    COMMAND qkdes man > ${pages}/qkdes.1
    COMMAND qkdes completion bash > ${pages}/qkdes.bash
    COMMAND qkdes completion zsh > ${pages}/_qkdes
    COMMAND qkdes schema > ${pages}/schema.json)
  install(FILES ${pages}/qkdes.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${pages}/qkdes.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME qkdes)
  install(FILES ${pages}/_qkdes DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${pages}/schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/qkdes)
endif()

install(TARGETS qkdes RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/qkdes PATTERN "README.md" EXCLUDE)
install(DIRECTORY models/devices DESTINATION ${CMAKE_INSTALL_DATADIR}/qkdes FILES_MATCHING PATTERN "*.json")
install(FILES notebooks-export/qkdes_results.py DESTINATION ${CMAKE_INSTALL_DATADIR}/qkdes/python)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES scenarios/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME scenarios.md)
install(FILES models/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME models.md)
file(GLOB qkdes_notebooks CONFIGURE_DEPENDS notebooks-export/*.ipynb)
install(FILES ${qkdes_notebooks} notebooks-export/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/notebooks)
