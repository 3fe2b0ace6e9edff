// From the document to the plan. Internal to the room.
#pragma once

#include "office/merge/stream.hpp"

namespace shanqi::office::merging {

using InlineParts = Parts<InlineLeaf>;
using BlockParts = Parts<BlockLeaf>;
using RowParts = Parts<RowPlan>;

// The blocks of a cell: markers without a partner are left in it, they may belong to rows.
Result<BlockParts> compile_blocks(const Blocks& blocks, int depth);

// A page's body, a header, a text box: everything is closed in it.
Result<BlockPlan> compile_closed(const Blocks& blocks, int depth);

// Adds the paragraph's or table's parts: itself, with the markers that belong to the level above.
Result<> compile_paragraph(const ParagraphPtr& paragraph, int depth, BlockParts& out);
Result<> compile_table(const TablePtr& table, int depth, BlockParts& out);

BlockPlan make_plan(Nodes<BlockLeaf> nodes, const Blocks& blocks);
Blocks static_blocks(const BlockPlan& plan);  // of a static plan
Block with_identity(const ParagraphPtr& paragraph);
Block with_identity(const TablePtr& table);

}  // namespace shanqi::office::merging
