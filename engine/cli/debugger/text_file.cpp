#include "engine/cli/debugger/text_file.h"

#include "engine/cli/debugger/debug_text.h"

#include <QFile>

namespace engine::cli {
namespace {

    constexpr qint64 kMostBytes = qint64 {64} << 20;

} // namespace

tracestore::Result<std::string> readTextFile(std::string_view path)
{
    QFile file(QString::fromStdString(std::string(path)));
    if (!file.open(QIODevice::ReadOnly))
        return refuse("Cannot read " + std::string(path) + ": " + file.errorString().toStdString()
                      + '.');
    if (file.size() > kMostBytes)
        return refuse(std::string(path) + " is too long.");
    return file.readAll().toStdString();
}

} // namespace engine::cli
