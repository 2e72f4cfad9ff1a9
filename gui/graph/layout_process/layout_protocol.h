#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What kymo-gui and its child process kymo-layout say to each other: ids and sizes, never text.
///
/// A message is a frame: the four bytes `KYL1`, the length of the body (32 bits), the body. All
/// numbers are little-endian; reals are 64-bit IEEE.
///
///   request: u32 id, f64 nodeGap, f64 rankGap, f64 clusterMargin,
///            u32 clusters, { u32 parent } each (kNone, or the number of an earlier one),
///            u32 nodes,    { f64 width, f64 height, u32 cluster } each,
///            u32 edges,    { u32 from, u32 to, u8 isBack } each
///   answer:  u32 id, u8 status; where that is Ok: f64 width, f64 height,
///            u32 nodes,    { f64 x, f64 y } each (the middle),
///            u32 clusters, { f64 x, y, width, height } each (the upper left corner),
///            u32 edges,    { u32 points, { f64 x, f64 y } each } each
///
/// Lengths are device-independent pixels, y grows downwards, ranks run from left to right. The
/// points of an edge are cubic Bézier curves end to end (1 + 3n points) from its `from` to its
/// `to`; none where there is no way. A back edge does not push its `to` behind its `from`.
namespace gui::layout {

inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t kMaxNodes = 5'000;
inline constexpr std::uint32_t kMaxEdges = 50'000;
inline constexpr std::uint32_t kMaxClusters = 2'000;
inline constexpr std::uint32_t kMaxClusterDepth = 64;
inline constexpr double kMaxLength = 10'000; ///< of a side of a node, or a gap
inline constexpr std::uint32_t kMaxBody = 16U << 20U;
inline constexpr std::size_t kHeaderSize = 8;

struct Point
{
    double x = 0;
    double y = 0;

    bool operator==(const Point&) const = default;
};

struct Box
{
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;

    bool operator==(const Box&) const = default;
};

struct Node
{
    double width = 0;
    double height = 0;
    std::uint32_t cluster = kNone;

    bool operator==(const Node&) const = default;
};

struct Edge
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    bool isBack = false;

    bool operator==(const Edge&) const = default;
};

struct Request
{
    std::uint32_t id = 0;
    double nodeGap = 24;
    double rankGap = 56;
    double clusterMargin = 20;
    std::vector<std::uint32_t> clusters; ///< the parent of each
    std::vector<Node> nodes;
    std::vector<Edge> edges;

    bool operator==(const Request&) const = default;
};

enum class Status : std::uint8_t
{
    Ok,
    BadFrame, ///< what came is no frame; nothing more is read
    BadRequest, ///< the body makes no sense
    TooLarge, ///< more than the limits above
    Failed, ///< Graphviz gave up
};

struct Answer
{
    std::uint32_t id = 0;
    Status status = Status::Ok;
    double width = 0;
    double height = 0;
    std::vector<Point> nodes;
    std::vector<Box> clusters;
    std::vector<std::vector<Point>> edges;

    bool operator==(const Answer&) const = default;
};

/// A whole frame.
std::string encode(const Request& request);
std::string encode(const Answer& answer);

struct FrameHeader
{
    Status status = Status::Ok; ///< or BadFrame, TooLarge
    std::uint32_t bodySize = 0;
};

/// Reads the first kHeaderSize bytes of a frame.
FrameHeader decodeHeader(std::string_view bytes);

/// A request from its body. Where it cannot be used, `status` says why and `request.id` is as far
/// known.
struct DecodedRequest
{
    Status status = Status::Ok;
    Request request;
};

DecodedRequest decodeRequest(std::string_view body);

/// An answer from its body; nothing where it makes no sense or does not fit the request: numbers
/// that are not finite, other counts.
std::optional<Answer> decodeAnswer(std::string_view body, const Request& request);

} // namespace gui::layout
