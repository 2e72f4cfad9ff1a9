#include "gui/theme/theme.h"
#include "gui/widgets/text_viewer.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/painted_window.h"
#include "tests/bench/text_source.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPlainTextEdit>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    constexpr QSize kSize(900, 640);
    constexpr qsizetype kBytes = 10'000'000;

    constexpr qsizetype kColumns = 80;

    /// Breaks long lines as people who write code and prose do.
    void breakLines(QString& text)
    {
        qsizetype start = 0;
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (text[i] == u' ' && i - start >= kColumns)
                text[i] = u'\n';
            if (text[i] == u'\n')
                start = i + 1;
        }
    }

    /// Prose and code as in the messages of the made-up traces, so many bytes of UTF-8.
    QString messageText()
    {
        RandomSource random(42);
        std::string json = "[\"";
        TextSource(7).append(json, random, kBytes * 11 / 10);
        json += "\"]";
        const QJsonDocument read = QJsonDocument::fromJson(QByteArray::fromStdString(json));
        QByteArray text = read.array().first().toString().toUtf8();
        if (text.size() < kBytes) {
            std::fprintf(stderr, "The message has only %lld bytes.\n", qint64 {text.size()});
            std::exit(1);
        }
        text.truncate(kBytes);
        return QString::fromUtf8(text);
    }

    /// How soon each shows a text in a window that is there already.
    void run(gui::Theme& theme, const std::string& title, const QString& text, int rounds)
    {
        gui::TextViewer viewer(theme);
        PaintedWindow viewerWindow(viewer, *viewer.viewport(), kSize);
        QPlainTextEdit edit;
        PaintedWindow editWindow(edit, *edit.viewport(), kSize);
        const double mb = static_cast<double>(kBytes) / 1e6;
        Contest contest(title, rounds);
        contest.add("QPlainTextEdit", mb, "MB", [&] {
            edit.clear();
            return costOf([&] {
                edit.setPlainText(text);
                editWindow.repaint();
            });
        });
        const auto add = [&](const std::string& name, gui::TextSyntax syntax) {
            contest.add(name, mb, "MB", [&, syntax] {
                viewer.setText({});
                return costOf([&] {
                    viewer.setText(text, syntax);
                    viewerWindow.repaint();
                });
            });
        };
        add("TextViewer", gui::TextSyntax::Plain);
        add("TextViewer, Markdown", gui::TextSyntax::Markdown);
        contest.run();
        for (const char* name : {"TextViewer", "TextViewer, Markdown"})
            printGoal(std::string(name) + " / QPlainTextEdit, wall",
                      contest.wallRatio(name, "QPlainTextEdit"),
                      0.1);
    }

} // namespace

void benchMessage(const BenchOptions& options)
{
    gui::Theme theme(QStringLiteral("dark"));
    theme.applyTo(*qApp);
    QString text = messageText();
    breakLines(text);
    run(theme, "a message of 10 MB", text, options.rounds);
    text.replace(u'\n', u' ');
    run(theme, "a message of 10 MB in one line", text, options.rounds);
}

} // namespace bench
