/** Shown while a page or its data is on the way. */
import { Flex, Spin } from 'antd';

export const Waiting = () => (
  <Flex justify="center" style={{ padding: 64 }}>
    <Spin size="large" />
  </Flex>
);
