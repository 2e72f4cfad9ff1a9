#include "gui/graph/layered_layout.h"

#include "gui/graph/layered_curves.h"

#include <algorithm>

namespace gui {

using layout::Answer;
using layout::Box;
using layout::Edge;
using layout::kNone;
using layout::Node;
using layout::Point;
using layout::Request;

namespace {

    struct RankRange
    {
        std::uint32_t first = kNone;
        std::uint32_t last = 0;

        [[nodiscard]] bool isEmpty() const { return first == kNone; }

        void add(RankRange more)
        {
            if (more.isEmpty())
                return;
            last = isEmpty() ? more.last : std::max(last, more.last);
            first = std::min(first, more.first);
        }

        void add(std::uint32_t rank) { add({rank, rank}); }
    };

    /// What is placed as one within a cluster: an inner cluster, or its own nodes in adjoining
    /// ranks.
    struct Block
    {
        std::uint32_t cluster = kNone; ///< kNone: nodes
        std::vector<std::uint32_t> nodes; ///< by rank, then place
        RankRange ranks;
        std::uint32_t firstNode = kNone; ///< for the order of blocks
        double height = 0;
        double y = 0; ///< within the cluster round it
    };

    /// A cluster, or (the last one) the whole picture.
    struct Band
    {
        std::vector<Block> blocks;
        std::vector<std::uint32_t> nodes;
        RankRange ranks;
        std::uint32_t firstNode = kNone;
        double height = 0;
        double y = 0;
        int levelsLeft = 1; ///< frames that begin at its first rank, from the innermost out
        int levelsRight = 1;
    };

    class Layered
    {
    public:
        explicit Layered(const Request& request)
            : m_request(request)
            , m_root(request.clusters.size())
        { }

        Answer run();

    private:
        [[nodiscard]] std::size_t bandAround(std::size_t band) const
        {
            const std::uint32_t parent = m_request.clusters[band];
            return parent == kNone ? m_root : parent;
        }

        void rankNodes();
        void fillBands();
        void makeNodeBlocks(Band& band);
        void orderBlock(Block& block);
        void sortByNeighbours(std::vector<std::vector<std::uint32_t>>& ranks, bool isForward);
        void packBand(std::size_t band);
        static void centreLoneBlocks(Band& band, double height);
        void placeColumns();
        void placeNodes(Answer& answer);
        void placeBand(const Band& band, double top, Answer& answer);
        void placeBlock(const Block& block, double top, Answer& answer) const;
        void frame(Answer& answer) const;

        const Request& m_request;
        std::size_t m_root;
        std::vector<std::uint32_t> m_rank;
        std::vector<std::vector<std::uint32_t>> m_before; ///< neighbours over forward edges
        std::vector<std::vector<std::uint32_t>> m_behind;
        std::vector<double> m_position; ///< within its rank and block
        std::vector<Band> m_bands;
        std::vector<double> m_left; ///< of each rank
        std::vector<double> m_width;
    };

    Answer Layered::run()
    {
        Answer answer {.id = m_request.id};
        answer.nodes.resize(m_request.nodes.size());
        answer.clusters.resize(m_request.clusters.size());
        answer.edges.resize(m_request.edges.size());
        if (m_request.nodes.empty())
            return answer;
        rankNodes();
        fillBands();
        for (std::size_t i = 0; i < m_bands.size(); ++i)
            packBand(i == m_root ? m_root : m_root - 1 - i); // the inner ones first, the root last
        placeColumns();
        placeNodes(answer);
        frame(answer);
        drawCurves(m_request, answer);
        shiftToOrigin(m_request, answer);
        return answer;
    }

    void Layered::rankNodes()
    {
        m_rank.assign(m_request.nodes.size(), 0);
        m_before.resize(m_request.nodes.size());
        m_behind.resize(m_request.nodes.size());
        for (const Edge& edge : m_request.edges) {
            if (!leadsOn(edge))
                continue;
            m_behind[edge.from].push_back(edge.to);
            m_before[edge.to].push_back(edge.from);
        }
        for (std::size_t i = 0; i < m_rank.size(); ++i) {
            for (const std::uint32_t to : m_behind[i])
                m_rank[to] = std::max(m_rank[to], m_rank[i] + 1);
        }
    }

    void Layered::fillBands()
    {
        m_bands.resize(m_root + 1);
        m_position.assign(m_request.nodes.size(), 0);
        for (std::uint32_t i = 0; i < m_request.nodes.size(); ++i) {
            const std::uint32_t cluster = m_request.nodes[i].cluster;
            Band& band = m_bands[cluster == kNone ? m_root : cluster];
            band.nodes.push_back(i);
            band.ranks.add(m_rank[i]);
            band.firstNode = std::min(band.firstNode, i);
        }
        for (std::size_t i = m_root; i-- > 0;) {
            Band& around = m_bands[bandAround(i)];
            around.ranks.add(m_bands[i].ranks);
            around.firstNode = std::min(around.firstNode, m_bands[i].firstNode);
        }
        for (Band& band : m_bands)
            makeNodeBlocks(band);
    }

    void Layered::makeNodeBlocks(Band& band)
    {
        std::ranges::stable_sort(band.nodes, {}, [&](std::uint32_t node) { return m_rank[node]; });
        for (const std::uint32_t node : band.nodes) {
            if (band.blocks.empty() || m_rank[node] > band.blocks.back().ranks.last + 1)
                band.blocks.emplace_back();
            Block& block = band.blocks.back();
            block.nodes.push_back(node);
            block.ranks.add(m_rank[node]);
            block.firstNode = std::min(block.firstNode, node);
        }
        for (Block& block : band.blocks)
            orderBlock(block);
    }

    /// Orders the nodes of each rank by their neighbours, so that fewer edges cross, and measures
    /// the highest rank.
    void Layered::orderBlock(Block& block)
    {
        std::vector<std::vector<std::uint32_t>> ranks(block.ranks.last - block.ranks.first + 1);
        for (const std::uint32_t node : block.nodes)
            ranks[m_rank[node] - block.ranks.first].push_back(node);
        for (auto& rank : ranks) {
            for (std::size_t i = 0; i < rank.size(); ++i)
                m_position[rank[i]] = static_cast<double>(i);
        }
        constexpr int kSweeps = 4;
        for (int sweep = 0; sweep < kSweeps; ++sweep)
            sortByNeighbours(ranks, sweep % 2 == 0);
        block.nodes.clear();
        for (const auto& rank : ranks) {
            double height = -m_request.nodeGap;
            for (const std::uint32_t node : rank)
                height += m_request.nodes[node].height + m_request.nodeGap;
            block.height = std::max(block.height, height);
            block.nodes.insert(block.nodes.end(), rank.begin(), rank.end());
        }
    }

    void Layered::sortByNeighbours(std::vector<std::vector<std::uint32_t>>& ranks, bool isForward)
    {
        const auto& neighbours = isForward ? m_before : m_behind;
        for (std::size_t r = 0; r < ranks.size(); ++r) {
            auto& rank = ranks[isForward ? r : ranks.size() - 1 - r];
            if (rank.size() < 2)
                continue;
            std::vector<std::pair<double, std::uint32_t>> wanted;
            for (const std::uint32_t node : rank) {
                double sum = 0;
                for (const std::uint32_t other : neighbours[node])
                    sum += m_position[other];
                const auto count = static_cast<double>(neighbours[node].size());
                wanted.emplace_back(count > 0 ? sum / count : m_position[node], node);
            }
            std::ranges::stable_sort(wanted, {}, &std::pair<double, std::uint32_t>::first);
            for (std::size_t i = 0; i < rank.size(); ++i) {
                rank[i] = wanted[i].second;
                m_position[rank[i]] = static_cast<double>(i);
            }
        }
    }

    /// Puts the blocks of a band each as high as it can stand: those with no rank in common side by
    /// side, the others below one another.
    void Layered::packBand(std::size_t index)
    {
        Band& band = m_bands[index];
        if (band.ranks.isEmpty())
            return;
        std::ranges::stable_sort(band.blocks, {}, &Block::firstNode);
        std::vector<double> skyline(band.ranks.last - band.ranks.first + 1, 0);
        double height = 0;
        for (Block& block : band.blocks) {
            const auto from = skyline.begin() + (block.ranks.first - band.ranks.first);
            const auto to = skyline.begin() + (block.ranks.last - band.ranks.first) + 1;
            block.y = *std::max_element(from, to);
            std::fill(from, to, block.y + block.height + m_request.nodeGap);
            height = std::max(height, block.y + block.height);
        }
        centreLoneBlocks(band, height);
        if (index == m_root)
            return;
        band.height = height + 2 * m_request.clusterMargin;
        Band& around = m_bands[bandAround(index)];
        if (around.ranks.first == band.ranks.first)
            around.levelsLeft = std::max(around.levelsLeft, band.levelsLeft + 1);
        if (around.ranks.last == band.ranks.last)
            around.levelsRight = std::max(around.levelsRight, band.levelsRight + 1);
        around.blocks.push_back({.cluster = static_cast<std::uint32_t>(index),
                                 .ranks = band.ranks,
                                 .firstNode = band.firstNode,
                                 .height = band.height});
    }

    /// A block that has its ranks for itself stands in the middle of the height.
    void Layered::centreLoneBlocks(Band& band, double height)
    {
        std::vector<int> change(band.ranks.last - band.ranks.first + 2, 0);
        for (const Block& block : band.blocks) {
            ++change[block.ranks.first - band.ranks.first];
            --change[block.ranks.last - band.ranks.first + 1];
        }
        std::vector<int> crowded(change.size() + 1, 0); // ranks before with more than one block
        int blocks = 0;
        for (std::size_t i = 0; i < change.size(); ++i) {
            blocks += change[i];
            crowded[i + 1] = crowded[i] + (blocks > 1 ? 1 : 0);
        }
        for (Block& block : band.blocks) {
            const std::size_t first = block.ranks.first - band.ranks.first;
            const std::size_t last = block.ranks.last - band.ranks.first;
            if (crowded[last + 1] == crowded[first])
                block.y = (height - block.height) / 2;
        }
    }

    void Layered::placeColumns()
    {
        const std::size_t ranks = m_bands[m_root].ranks.last + std::size_t {1};
        m_width.assign(ranks, 0);
        std::vector<int> opens(ranks, 0);
        std::vector<int> closes(ranks, 0);
        for (std::size_t i = 0; i < m_request.nodes.size(); ++i)
            m_width[m_rank[i]] = std::max(m_width[m_rank[i]], m_request.nodes[i].width);
        for (std::size_t i = 0; i < m_root; ++i) {
            const Band& band = m_bands[i];
            if (band.ranks.isEmpty())
                continue;
            opens[band.ranks.first] = std::max(opens[band.ranks.first], band.levelsLeft);
            closes[band.ranks.last] = std::max(closes[band.ranks.last], band.levelsRight);
        }
        double x = 0;
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            x += opens[rank] * m_request.clusterMargin;
            m_left.push_back(x);
            x += m_width[rank] + closes[rank] * m_request.clusterMargin + m_request.rankGap;
        }
    }

    void Layered::placeNodes(Answer& answer)
    {
        placeBand(m_bands[m_root], 0, answer);
        // Parents stand before their children in the list.
        for (std::size_t i = 0; i < m_root; ++i)
            placeBand(m_bands[i], m_bands[i].y + m_request.clusterMargin, answer);
    }

    void Layered::placeBand(const Band& band, double top, Answer& answer)
    {
        for (const Block& block : band.blocks) {
            if (block.cluster == kNone)
                placeBlock(block, top + block.y, answer);
            else
                m_bands[block.cluster].y = top + block.y;
        }
    }

    void Layered::placeBlock(const Block& block, double top, Answer& answer) const
    {
        for (std::size_t i = 0; i < block.nodes.size();) {
            const std::uint32_t rank = m_rank[block.nodes[i]];
            std::size_t end = i;
            double height = -m_request.nodeGap;
            for (; end < block.nodes.size() && m_rank[block.nodes[end]] == rank; ++end)
                height += m_request.nodes[block.nodes[end]].height + m_request.nodeGap;
            double y = top + (block.height - height) / 2;
            for (; i < end; ++i) {
                const Node& node = m_request.nodes[block.nodes[i]];
                answer.nodes[block.nodes[i]]
                    = {m_left[rank] + m_width[rank] / 2, y + node.height / 2};
                y += node.height + m_request.nodeGap;
            }
        }
    }

    void Layered::frame(Answer& answer) const
    {
        for (std::size_t i = 0; i < m_root; ++i) {
            const Band& band = m_bands[i];
            if (band.ranks.isEmpty())
                continue;
            const double left
                = m_left[band.ranks.first] - band.levelsLeft * m_request.clusterMargin;
            const double right = m_left[band.ranks.last] + m_width[band.ranks.last]
                + band.levelsRight * m_request.clusterMargin;
            answer.clusters[i] = {left, band.y, right - left, band.height};
        }
    }

} // namespace

Answer layeredLayout(const Request& request)
{
    return Layered(request).run();
}

} // namespace gui
