#include "engine/config/app_paths.h"
#include "engine/config/desktop_vault.h"
#include "engine/config/prices.h"
#include "engine/runtime/local_engine.h"
#include "gui/app/compare_tab.h"
#include "gui/app/examples.h"
#include "gui/app/log.h"
#include "gui/app/main_window.h"
#include "gui/app/screenshots.h"
#include "gui/app/settings.h"
#include "gui/context/annotation_book.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/theme.h"
#include "tracestore/register_builtins.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

struct Options
{
    QStringList files;
    QString theme;
    QString screenshots; ///< a folder; empty for a window to work with
    bool isCompare = false; ///< the two files with each other
    QString problem; ///< of the command line
};

void print(std::FILE* where, const QString& text)
{
    std::fputs(qPrintable(text + u'\n'), where);
}

Options parseOptions(const QApplication& app)
{
    const auto say = [](const char* text) { return QCoreApplication::translate("main", text); };
    QCommandLineParser parser;
    parser.setApplicationDescription(say("Shows what an AI agent did, step by step."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(u"FILE"_s, say("Traces to open, each in a tab."), u"[FILE...]"_s);
    const QCommandLineOption theme(
        u"theme"_s, say("Colours: dark, light, contrast or system."), u"NAME"_s);
    const QCommandLineOption example(
        u"example"_s, say("Open a trace that comes with Kymo."), u"NAME"_s);
    const QCommandLineOption screenshots(
        u"screenshots"_s,
        say("Write pictures of the main views of FILE, or of an example, into a folder and end."),
        u"DIR"_s);
    const QCommandLineOption compare(u"compare"_s,
                                     say("Compare two FILEs with each other, step by step."));
    parser.addOptions({theme, example, screenshots, compare});
    parser.process(app);

    Options options {.files = parser.positionalArguments(), .theme = parser.value(theme)};
    options.isCompare = parser.isSet(compare);
    if (parser.isSet(screenshots))
        options.screenshots = QDir(parser.value(screenshots)).absolutePath();
    const bool wantsExample
        = parser.isSet(example) || (!options.screenshots.isEmpty() && options.files.isEmpty());
    if (wantsExample) {
        options.files << gui::examplePath(parser.value(example));
        if (options.files.last().isEmpty())
            options.problem = say("There is no example of that name.");
    }
    if (!options.theme.isEmpty() && options.theme != u"system"
        && !gui::Theme::available().contains(options.theme))
        options.problem = say("The colours are dark, light, contrast or system.");
    if (options.isCompare && options.files.size() != 2)
        options.problem = say("--compare takes two files: kymo-gui --compare A B");
    return options;
}

int takeScreenshots(QApplication& app, gui::MainWindow& window, const Options& options)
{
    gui::Screenshots screenshots(window, options.screenshots);
    QObject::connect(&screenshots,
                     &gui::Screenshots::finished,
                     &app,
                     [&](const QStringList& files, const QString& error) {
                         for (const QString& file : files)
                             print(stdout, file);
                         if (!error.isEmpty())
                             print(stderr, u"kymo-gui: "_s + error);
                         QCoreApplication::exit(error.isEmpty() ? 0 : 1);
                     });
    screenshots.start(options.files.first());
    return QApplication::exec();
}

/// Help is printed and pictures are taken where there is no display, too.
void useOffscreenWithoutDisplay(int argc, char** argv)
{
    const bool needsNone = std::any_of(argv, argv + argc, [](const char* argument) {
        const QByteArray text(argument);
        return text.startsWith("--screenshots") || text == "--help" || text == "--version"
            || text == "-h" || text == "-v";
    });
    const bool hasDisplay
        = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
    if (needsNone && !hasDisplay && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

} // namespace

int main(int argc, char** argv)
{
    useOffscreenWithoutDisplay(argc, argv);
    gui::startLog();
    QApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"kymo-gui"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(KYMO_VERSION));
    QGuiApplication::setApplicationDisplayName(u"Kymo"_s);
    QGuiApplication::setDesktopFileName(u"io.github.kymo.Kymo"_s);
    const Options options = parseOptions(app);
    if (!options.problem.isEmpty()) {
        print(stderr, u"kymo-gui: "_s + options.problem);
        return 2;
    }

    gui::Settings settings(engine::configDir() + u"/desktop.ini"_s);
    const QString wanted = options.theme.isEmpty() ? settings.theme() : options.theme;
    const QString ofDesktop = gui::Theme().id();
    gui::Theme theme(wanted == u"system" ? ofDesktop : wanted);
    theme.applyTo(app);
    const auto importers = tracestore::builtinImporters();
    const auto exporters = tracestore::builtinExporters();
    const engine::Prices prices = engine::loadPrices(engine::userPriceFile());
    if (!prices.problem.empty())
        print(stderr, u"kymo-gui: "_s + QString::fromStdString(prices.problem));
    engine::LocalEngine runs(prices.table, std::make_unique<engine::DesktopVault>());
    gui::DebugWorkspace workspace(engine::workspaceFile());
    gui::AnnotationShelf notes(engine::notesDir().toStdString(), &workspace.undoStack());
    const gui::Services services {theme,
                                  settings,
                                  importers,
                                  exporters,
                                  prices.table,
                                  ofDesktop,
                                  gui::examplesDir(),
                                  engine::sessionFolders(),
                                  &runs,
                                  &workspace,
                                  &notes};

    gui::MainWindow window(services);
    if (!options.screenshots.isEmpty())
        return takeScreenshots(app, window, options);
    gui::logEventsOf(window);
    window.show();
    if (options.isCompare)
        window.compare(window.sourceOf(options.files[0]), window.sourceOf(options.files[1]));
    else
        for (const QString& file : options.files)
            window.openPath(file);
    return QApplication::exec();
}
