"""样张: made-up pages and parts (模拟数据) that show the grammar and on which it is tested."""
