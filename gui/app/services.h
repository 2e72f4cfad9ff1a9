#pragma once

#include "engine/config/app_paths.h"
#include "tracestore/analysis/price_table.h"
#include "tracestore/export/exporter.h"
#include "tracestore/import/importer.h"

#include <QString>

#include <memory>

namespace engine {
class EngineService;
}

namespace gui {

class AnnotationShelf;
class DebugWorkspace;
class Settings;
class Theme;

/// What main() makes and the windows share; all of it outlives them.
struct Services
{
    Theme& theme;
    Settings& settings;
    const tracestore::ImporterRegistry& importers;
    const tracestore::ExporterRegistry& exporters;
    std::shared_ptr<const tracestore::PriceTable> prices; ///< null: no cost is computed
    QString desktopTheme; ///< the id of the theme that suits the desktop
    QString examplesDir; ///< empty where there are none
    engine::SessionFolders sessionFolders; ///< whose sessions the start page offers
    engine::EngineService* engine = nullptr; ///< null: agents are not run here
    DebugWorkspace* workspace = nullptr; ///< null: no breakpoints are set here
    AnnotationShelf* notes = nullptr; ///< null: notes are not kept
};

} // namespace gui
