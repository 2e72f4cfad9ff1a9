#pragma once

#include "engine/wire/wire_error.h"
#include "tracestore/base/timestamp.h"

#include <QByteArray>

class QNetworkReply;

namespace engine {

/// What went wrong with a request before there was an HTTP status, and what to do about it.
WireError networkFailure(const QNetworkReply& reply);

/// What a finished reply that is no success means; `body` is what came of it.
WireError failureOf(const QNetworkReply& reply, const QByteArray& body, tracestore::Timestamp now);

} // namespace engine
