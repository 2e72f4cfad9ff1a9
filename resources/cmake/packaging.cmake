# What `cmake --install` puts where.
include(GNUInstallDirs)
set(resources "${CMAKE_SOURCE_DIR}/resources")
set(packaging "${resources}/packaging")

install(TARGETS kymo-gui)
install(FILES "${packaging}/io.github.kymo.Kymo.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES "${packaging}/io.github.kymo.Kymo.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
install(FILES "${packaging}/io.github.kymo.Kymo.mime.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages")
install(FILES "${packaging}/kymo.1" "${packaging}/kymo-gui.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${resources}/icons/kymo.svg"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps"
    RENAME io.github.kymo.Kymo.svg)
install(FILES "${resources}/prices/prices.json" "${resources}/prices/README.md"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/kymo/prices")

install(FILES "${resources}/schemas/agent.schema.json" "${resources}/schemas/experiment.schema.json"
    "${resources}/schemas/script.schema.json"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/kymo/schemas")

# The program looks for the examples in ../share/kymo/examples; how they were recorded stays here.
if(EXISTS "${resources}/examples")
    install(DIRECTORY "${resources}/examples/" DESTINATION "${CMAKE_INSTALL_DATADIR}/kymo/examples"
        PATTERN record EXCLUDE)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/share/kymo")
    file(CREATE_LINK "${resources}/examples" "${CMAKE_BINARY_DIR}/share/kymo/examples" SYMBOLIC)
endif()
