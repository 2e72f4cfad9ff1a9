#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <QByteArray>
#include <QIODevice>

#include <optional>

namespace engine {

/// Takes JSON objects, a line each, from what comes in pieces from another program.
class JsonLines
{
public:
    explicit JsonLines(qint64 mostBytes)
        : m_mostBytes(mostBytes)
    { }

    /// Takes what has come.
    void readFrom(QIODevice& device);

    /// The next object; nothing where there is no whole line yet. Limit: a line is too long.
    /// Invalid: it is no object.
    tracestore::Result<std::optional<nlohmann::json>> next();

private:
    qint64 m_mostBytes;
    QByteArray m_read;
    qsizetype m_start = 0; ///< of the next line
    qsizetype m_searched = 0; ///< up to here there is no end of it
};

/// An object as a line.
QByteArray jsonLine(const nlohmann::json& object);

} // namespace engine
