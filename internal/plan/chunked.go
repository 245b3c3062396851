package plan

// chunked is an array that grows without being copied: append would hold the
// old one and the new one at a time.
type chunked[T any] struct {
	chunks [][]T
	size   int
}

const chunkSize = 4096

// add returns where the element lies from now on.
func (c *chunked[T]) add(element T) *T {
	last := len(c.chunks) - 1
	if last < 0 || len(c.chunks[last]) == cap(c.chunks[last]) {
		// Small inventories take little.
		c.chunks = append(c.chunks, make([]T, 0, min(chunkSize, max(16, c.size))))
		last++
	}
	c.chunks[last] = append(c.chunks[last], element)
	c.size++
	return &c.chunks[last][len(c.chunks[last])-1]
}

// last returns the element that was added last; nil where there is none.
func (c *chunked[T]) last() *T {
	if c.size == 0 {
		return nil
	}
	chunk := c.chunks[len(c.chunks)-1]
	return &chunk[len(chunk)-1]
}

// drain calls take with every element, and gives the memory of those that were
// taken back.
func (c *chunked[T]) drain(take func(*T)) {
	for i, chunk := range c.chunks {
		for j := range chunk {
			take(&chunk[j])
		}
		c.chunks[i] = nil
	}
	c.chunks, c.size = nil, 0
}

// flat returns the elements in an array of just their size.
func (c *chunked[T]) flat() []T {
	if c.size == 0 {
		return nil
	}
	all := make([]T, 0, c.size)
	c.drain(func(element *T) { all = append(all, *element) })
	return all
}
